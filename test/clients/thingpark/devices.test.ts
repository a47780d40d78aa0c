import { expect, it } from 'vitest';

import { devices } from '../../../src/clients/thingpark/devices.ts';
import { mine, ossRead, ossWrite, recording, testPinnedRequests } from './support.ts';

const path = { deviceUid: 'eA81758FFFE0A0001' };

testPinnedRequests(devices, [
  [
    devices.list,
    { query: { sort: 'EUI,asc', pageAfter: 'eyJFVUkiOiJBODE3NThGRkZFMEEwMDY0In0=', healthState: ['INIT', 'ACTIVE'] } },
    {
      request: `GET ${mine}/devices?sort=EUI%2Casc&pageAfter=eyJFVUkiOiJBODE3NThGRkZFMEEwMDY0In0%3D&healthState=INIT&healthState=ACTIVE`,
      headers: ossRead,
    },
  ],
  [devices.counters, {}, { request: `GET ${mine}/devices/counters`, headers: ossRead }],
  [devices.read, { path }, { request: `GET ${mine}/devices/eA81758FFFE0A0001`, headers: ossRead }],
  [
    devices.create,
    {
      query: { networkSubscriptionsHandlingMode: 'ADVANCED' },
      body: {
        EUI: 'A81758FFFE0A0001',
        activation: 'ABP',
        model: { ID: 'ACME/TempA.1.0.3_ETSI' },
        nwAddress: '04ABCDEF',
        nwKey: '000102030405060708090A0B0C0D0E0F',
        networkSubscription: { ID: 'acme-cs/standard' },
      },
    },
    {
      request: `POST ${mine}/devices?networkSubscriptionsHandlingMode=ADVANCED`,
      headers: ossWrite,
      body: '{"EUI":"A81758FFFE0A0001","activation":"ABP","model":{"ID":"ACME/TempA.1.0.3_ETSI"},"nwAddress":"04ABCDEF","nwKey":"000102030405060708090A0B0C0D0E0F","networkSubscription":{"ID":"acme-cs/standard"}}',
    },
  ],
  [
    devices.aggregatedFrames,
    { path, query: { duration: 'P7D', step: 'P1D', timezone: 'Europe/Paris' } },
    {
      request: `GET ${mine}/devices/eA81758FFFE0A0001/frames/aggregated?duration=P7D&step=P1D&timezone=Europe%2FParis`,
      headers: ossRead,
    },
  ],
  [
    devices.update,
    { path, query: { force: true }, body: { occContext: { version: 3 }, networkSubscription: { ID: null } } },
    {
      request: `PUT ${mine}/devices/eA81758FFFE0A0001?force=true`,
      headers: ossWrite,
      body: '{"occContext":{"version":3},"networkSubscription":{"ID":null}}',
    },
  ],
  [
    devices.update,
    { path, body: { occContext: { version: 3 }, suspension: 'SUBSCRIBER_SUSPENDED' } },
    {
      request: `PUT ${mine}/devices/eA81758FFFE0A0001`,
      headers: ossWrite,
      body: '{"occContext":{"version":3},"suspension":"SUBSCRIBER_SUSPENDED"}',
    },
  ],
  [devices.delete, { path, query: { async: true } }, { request: `DELETE ${mine}/devices/eA81758FFFE0A0001?async=true`, headers: ossRead }],
  [devices.reset, { path }, { request: `POST ${mine}/devices/eA81758FFFE0A0001/admins/reset`, headers: ossRead }],
  [
    devices.downlink,
    { path, query: { payload: '0102FF', fPort: 10, confirmed: true, validityTime: '2026-11-22T09:00:00+01:00' } },
    {
      request: `POST ${mine}/devices/eA81758FFFE0A0001/admins/downlink?payload=0102FF&fPort=10&confirmed=true&validityTime=2026-11-22T09%3A00%3A00%2B01%3A00`,
      headers: ossRead,
    },
  ],
  [
    devices.import,
    {
      query: { networkSubscriptionsHandlingMode: 'ADVANCED', domain: ['Site:Paris'] },
      body: { csv: 'DELETE,A81758FFFE0A0001\nDELETE,A81758FFFE0A0002' },
    },
    {
      request: `POST ${mine}/devices/import?domain=Site%3AParis&networkSubscriptionsHandlingMode=ADVANCED`,
      headers: { ...ossRead, 'content-type': 'multipart/form-data; boundary=boundary' },
      body: '--boundary\r\nContent-Disposition: form-data; name="csv"; filename="csv.csv"\r\nContent-Type: text/csv\r\n\r\nDELETE,A81758FFFE0A0001\nDELETE,A81758FFFE0A0002\r\n--boundary--\r\n',
    },
  ],
  [
    devices.readOnboardingTag,
    { body: 'LW:D0:A81758FFFE000000:A81758FFFE0B0001:00410001' },
    {
      request: `POST ${mine}/devices/readOnboardingTag`,
      headers: { ...ossRead, 'content-type': 'text/plain' },
      body: 'LW:D0:A81758FFFE000000:A81758FFFE0B0001:00410001',
    },
  ],
]);

it('devices.import sends the file unchanged, with line breaks of every kind', async () => {
  const { call, requests } = recording();
  const csv = '# é\r\nDELETE,A81758FFFE0A0001\n\nDELETE,A81758FFFE0A0002\n';
  await call(devices.import, { body: { csv } }).catch(() => undefined);
  const { headers = {}, body } = requests[1] ?? {};
  const form = await new Response(body, { headers }).formData();
  const file = form.get('csv');
  expect(file instanceof File && [file.name, file.type, await file.text()]).toEqual(['csv.csv', 'text/csv', csv]);
});

it('devices.import has the effects of a deletion when its file cannot be read', () => {
  expect(devices.import.effectsOf?.({ body: { csv: 'CREATE_OTAA,"A81758FFFE0B0001' } })).toEqual(['billing', 'destructive', 'disruptive']);
});

const allEffects = ['write', 'billing', 'disruptive'];

it.each([
  [{ occContext: { version: 1 }, name: 'Fridge' }, ['write']],
  [{ occContext: { version: 1 }, suspension: 'SUBSCRIBER_SUSPENDED' }, ['write', 'disruptive']],
  [{ occContext: { version: 1 }, suspension: 'NONE' }, ['write', 'billing']],
  [{ occContext: { version: 1 }, suspension: 'NONE', appServers: [] }, allEffects],
  [{ occContext: { version: 1 }, networkSubscription: { ID: null } }, allEffects],
  [undefined, allEffects],
])('devices.update of %j has the effects %j', (body, effects) => {
  expect(devices.update.effectsOf?.({ body })).toEqual(effects);
});

it.each(['', '0', '0102F', 'XY', 'AB'.repeat(251)])('devices.downlink rejects the payload %j', async (payload) => {
  const { call, requests } = recording();
  await expect(call(devices.downlink, { path, query: { payload, fPort: 10 } })).rejects.toThrow(
    'query.payload must have 1 to 250 bytes in hex',
  );
  expect(requests).toEqual([]);
});
