/** Changes whose provider answers in another form than documented: neither "done" nor "failed" without proof. */
import { expect, it } from 'vitest';

import { parseCallback } from '../../src/changes/thingspace/parse-callback.ts';
import { startPortClient } from '../support/sandbox-on-port.ts';
import { runPendingTasks } from '../support/test-server.ts';

const tracker = 'A81758FFFE0A0001';
const pump = '89148000000077000037';
const tank = '89148000000077000074';
const account = '0442000123-00001';

const proxyPage = (): Response => new Response('<html><h1>404 Not Found</h1></html>', { status: 404 });
const emptyBody = (): Response => new Response('', { status: 404 });
const frameworkPage = (): Response => Response.json({ timestamp: 1, status: 404, error: 'Not Found', path: '/x' }, { status: 404 });

it.each([
  ['an HTML page', proxyPage],
  ['an empty body', emptyBody],
  ['the page of a web framework', frameworkPage],
])('a deletion whose read-back is a 404 with %s is not told as done', async (_, page) => {
  const { call, between } = await startPortClient({ only: ['thingpark'] });
  let deleted = false;
  between.answer = ({ method, path }) => {
    if (!path.includes('/devices/')) return undefined;
    if (method === 'DELETE') deleted = true;
    return deleted && method === 'GET' ? page() : undefined;
  };
  const { structured } = await call('change_operation', {
    operation: 'thingpark.devices.delete',
    input: { path: { deviceUid: `e${tracker}` } },
  });
  expect(structured.change.status).toBe('accepted');
});

it.each([
  ['thingpark', 'get_device', { device: tracker }],
  ['thingpark', 'send_downlink', { device: tracker, payload: '01', port: 5 }],
  ['iotx', 'toggle_product', { subscribers: ['8944990000001000010'], product: 'SMS', action: 'disable' }],
  ['iotx', 'provision_subscriber', { sims: [{ iccid: '8944990000001000010' }], tariff: 4711 }],
] as const)('a 404 that does not come from the API of %s does not make %s say that there is no such device', async (only, tool, input) => {
  const { call, requests, asked } = await startPortClient({ only: [only], between: { answer: proxyPage } });
  const { text, isError } = await call(tool, input);
  expect(isError).toBe(true);
  expect(text).toContain('404');
  expect(text).not.toMatch(/no such|has no subscriber|there is no|does not exist/);
  expect(asked).toEqual([]);
  expect(requests.filter(({ method }) => method !== 'GET')).toEqual([]);
});

it.each([
  ['a member of another type', { name: { de: 'New' } }],
  ['no such member', undefined],
])('an update whose read-back has %s is open, and unknown once time is over', async (_, odd) => {
  const { call, clock, alter } = await startPortClient({ only: ['thingpark'] });
  let sent = false;
  alter(new RegExp(`/devices/e${tracker}$`), (answer, { method }) => {
    if (method === 'PUT') sent = true;
    if (!sent || method !== 'GET') return answer;
    const { name: _name, ...rest } = answer as Record<string, unknown>;
    return { ...rest, ...odd };
  });
  const { change } = (await call('update_device', { device: tracker, name: 'New name' })).structured;
  expect(change).toMatchObject({ status: 'accepted', targets: [{ outcome: 'pending', why: 'name cannot be read back' }] });
  clock.advance(10 * 60_000);
  const { structured } = await call('get_change', { change: change.id });
  expect(structured.change).toMatchObject({ status: 'unknown', targets: [{ outcome: 'unsure', why: 'name cannot be read back' }] });
});

it.each([
  [['weird', 'deactive'], 'unknown'],
  [['deactive', 'weird'], 'unknown'],
  [['weird', 'active'], 'active'],
  [['weird', 'suspend'], 'unknown'],
])('a SIM whose carriers report %j is %s', async (states, state) => {
  const { call, alter } = await startPortClient({ only: ['thingspace'] });
  alter(/\/devices\/actions\/list$/, (answer) => {
    const { devices } = answer as { devices: { carrierInformations: object[] }[] };
    for (const device of devices)
      device.carrierInformations = states.map((word, n) => ({
        ...device.carrierInformations[0],
        carrierName: `carrier ${n}`,
        state: word,
      }));
    return answer;
  });
  expect((await call('get_device', { device: pump })).structured.device.state).toBe(state);
});

const profile = { body: { accountName: account, devices: [{ deviceIds: [{ id: pump, kind: 'iccid' }] }], servicePlan: 'IOTSHR250MB' } };

it.each(['subRequests', 'subrequests'])('a request ledger whose %s name another device does not settle ours', async (member) => {
  const { call, clock, alter } = await startPortClient({ only: ['thingspace'] });
  alter(/\/v2\/.*requests\/.*\/status$/, (answer) => {
    const { requestId } = answer as { requestId: string };
    return { requestId, status: 'Success', [member]: [{ ids: [{ id: tank, kind: 'iccid' }], status: 'Success' }] };
  });
  const { change } = (await call('change_operation', { operation: 'thingspace.globalProfiles.download', input: profile })).structured;
  clock.advance(60_000);
  const { structured } = await call('get_change', { change: change.id });
  expect(structured.change).toMatchObject({
    status: 'accepted',
    targets: [{ outcome: 'pending', why: 'the carrier lists this request for other devices only' }],
  });
});

/** A server with a listener of a service, whose carrier takes a request as `r-1` and does nothing. */
async function listening(service: string, path: string) {
  const running = await startPortClient({
    only: ['thingspace'],
    between: {
      answer: (request) => {
        if (request.path.endsWith(path)) return Response.json({ requestId: 'r-1' });
        return /requests\/.*status/.test(request.path) ? new Response('<x/>', { status: 403 }) : undefined;
      },
    },
  });
  const registered = await running.call('change_operation', {
    operation: 'thingspace.callbacks.register',
    input: {
      path: { accountName: account },
      body: { name: service, url: 'http://127.0.0.1:9001/callbacks/sandbox-thingspace', username: 'u', password: 'p-of-the-listener' },
    },
  });
  expect(registered.structured.change.status).toBe('applied');
  const report = async (message: object): Promise<void> => {
    await running.product.handleCallback('sandbox-thingspace', parseCallback({ requestId: 'r-1', ...message }));
    await runPendingTasks(50);
  };
  const targetsOf = async (change: string): Promise<unknown> => (await running.call('get_change', { change })).structured.change.targets;
  return { ...running, report, targetsOf };
}

it.each([
  ['set_labels', { name: 'VIN', value: 'X' }, 'CarrierService', '/devices/actions/usagesegmentationlabels'],
  ['send_sms', { message: 'PING' }, 'SMSDeliveryConfirmation', '/sms'],
])('%s is open until its callbacks come, and each SIM ends as they report', async (tool, more, service, path) => {
  const { call, report, targetsOf } = await listening(service, path);
  const { change } = (await call(tool, { sims: [{ iccid: pump }, { iccid: tank }], ...more })).structured;
  expect(change.status).toBe('accepted');
  await report({ deviceIds: [{ id: pump, kind: 'iccid' }], status: 'Success' });
  await report({ deviceIds: [{ id: tank, kind: 'iccid' }], status: 'Failed', faultResponse: { faultstring: 'not today' } });
  expect(await targetsOf(change.id)).toMatchObject([
    { device: pump, outcome: 'applied' },
    { device: tank, outcome: 'failed', why: 'the carrier reports: not today' },
  ]);
});

it.each([[{ confirmation: 'false' }], [{ confirmation: 'failed', faultResponse: { faultcode: 'z', faultstring: 'not delivered' } }]])(
  'an SMS whose receipt says %j has failed',
  async (smsDeliveryResponse) => {
    const { call, report, targetsOf } = await listening('SMSDeliveryConfirmation', '/sms');
    const { change } = (await call('send_sms', { sims: [{ iccid: pump }], message: 'PING' })).structured;
    await report({ deviceIds: [{ id: pump, kind: 'iccid' }], deviceResponse: { smsDeliveryResponse }, status: 'Success' });
    expect(await targetsOf(change.id)).toMatchObject([{ device: pump, outcome: 'failed' }]);
  },
);

it('one callback that lists two devices, each with a status, ends both', async () => {
  const { call, report, targetsOf } = await listening('CarrierService', '/devices/actions/usagesegmentationlabels');
  const { change } = (await call('set_labels', { sims: [{ iccid: pump }, { iccid: tank }], name: 'VIN', value: 'X' })).structured;
  const row = (id: string, status: string, more = {}) => ({ deviceIds: [{ id, kind: 'iccid' }], status, ...more });
  const labelResponse = [row(pump, 'Success'), row(tank, 'Failed', { faultResponse: { faultstring: 'unknown label' } })];
  await report({ status: 'Failed', deviceResponse: { labelResponse } });
  expect(await targetsOf(change.id)).toMatchObject([
    { device: pump, outcome: 'applied' },
    { device: tank, outcome: 'failed', why: 'the carrier reports: unknown label' },
  ]);
});

it('a failure that names no device leaves several SIMs open, each with the words of the carrier', async () => {
  const { call, report, targetsOf } = await listening('CarrierService', '/devices/actions/usagesegmentationlabels');
  const { change } = (await call('set_labels', { sims: [{ iccid: pump }, { iccid: tank }], name: 'VIN', value: 'X' })).structured;
  await report({ status: 'Failed', faultResponse: { faultstring: 'all bad' } });
  const why = expect.stringContaining('the carrier reports of this request, without naming a target: "all bad"');
  expect(await targetsOf(change.id)).toMatchObject([
    { device: pump, outcome: 'pending', why },
    { device: tank, outcome: 'pending', why },
  ]);
});
