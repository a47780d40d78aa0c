import { describe, expect, it } from 'vitest';

import { devices } from '../../../src/clients/thingpark/devices.ts';
import { began, errorOf, listAt, subscription, valueAt } from './subscription.ts';

const devicesPath = '/subscriptions/mine/devices';
const euisOf = (body: unknown): unknown[] => listAt(body, 'briefs').map((row) => valueAt(row, 'EUI'));
const otaa = {
  EUI: 'a81758fffe0affff',
  activation: 'OTAA',
  model: { ID: 'ACME/TempA.1.0.3_ETSI' },
  appEUI: 'A81758FFFE000000',
  appKey: '000102030405060708090A0B0C0D0E0F',
  networkSubscription: { ID: 'acme-cs/standard' },
};

describe('devices.list', () => {
  it('devices.list returns every device once by cursor while a token expires', async () => {
    const { call, world } = subscription(1200);
    world.faults.arm({ fault: 'expired-token', operation: 'thingpark.devices.list', skip: 5, times: 1 });
    const euis = new Set<string>();
    const counts: (number | null | undefined)[] = [];
    let pageAfter: string | undefined;
    do {
      const page = await call(devices.list, { query: { sort: 'EUI,asc', ...(pageAfter ? { pageAfter } : {}) } });
      for (const { EUI } of page.briefs) euis.add(EUI);
      counts.push(page.count);
      pageAfter = page.more ? (page.cursors?.last ?? undefined) : undefined;
    } while (pageAfter);
    expect(euis.size).toBe(1200);
    expect(counts).toEqual([1200, ...Array<null>(11).fill(null)]);
    const requests = world.requestLog.map(({ operation, status }) => `${operation} ${status}`);
    expect(requests.filter((entry) => entry === 'thingpark.devices.list 401')).toHaveLength(1);
    expect(requests.filter((entry) => entry === 'thingpark.tokens.oss 200')).toHaveLength(2);
    expect(requests).toHaveLength(12 + 1 + 2);
  });

  it('devices.list returns the documented cursor only when more rows follow', async () => {
    const { oss } = subscription();
    const page = await oss(`GET ${devicesPath}?sort=EUI,asc&pageSize=2&devEUI=A81758FFFE`);
    expect(valueAt(page.body, 'cursors', 'last')).toBe(Buffer.from('{"EUI":"A81758FFFE0A0002"}').toString('base64'));
    const all = await oss(`GET ${devicesPath}?sort=EUI,asc`);
    expect([valueAt(all.body, 'more'), valueAt(all.body, 'cursors'), valueAt(all.body, 'now')]).toEqual([false, undefined, began]);
  });

  it('devices.list clamps pageSize and pages by index with a sort other than EUI', async () => {
    const { oss, world } = subscription(30);
    world.thingpark.page.maxSize = 20;
    const first = await oss(`GET ${devicesPath}?sort=name,desc&pageSize=500`);
    const second = await oss(`GET ${devicesPath}?sort=name,desc&pageSize=500&pageIndex=2`);
    expect([euisOf(first.body).length, valueAt(first.body, 'more'), valueAt(first.body, 'count')]).toEqual([20, true, 30]);
    expect([euisOf(second.body).length, valueAt(second.body, 'more'), valueAt(second.body, 'count')]).toEqual([10, false, null]);
  });

  it.each([
    ['pageAfter=eyJFVUkiOiJBIn0%3D', 'pageAfter needs sort=EUI'],
    ['sort=EUI,asc&pageAfter=nonsense', 'pageAfter: a cursor from a previous page is expected'],
    ['sort=colour,asc', 'sort: colour is not sortable'],
    ['pageIndex=0', 'pageIndex: a positive integer is expected'],
  ])('devices.list refuses %s', async (query, message) => {
    const { oss } = subscription();
    expect(errorOf(await oss(`GET ${devicesPath}?${query}`))).toEqual([400, 400, message]);
  });

  it('devices.counters counts every device by health', async () => {
    const { call } = subscription(200);
    const { briefs, totalCount } = await call(devices.counters, {});
    expect(totalCount).toBe(200);
    expect(briefs.reduce((sum, { count }) => sum + (count ?? Number.NaN), 0)).toBe(200);
  });
});

describe('a single device', () => {
  it('devices.read finds a device by UID and by EUI in upper or lower case', async () => {
    const { oss } = subscription();
    const byEui = await oss(`GET ${devicesPath}/ea81758fffe0a0001`);
    const uid = String(valueAt(byEui.body, 'href')).split('/').at(-1);
    expect((await oss(`GET ${devicesPath}/${uid}`)).body).toEqual(byEui.body);
    expect(errorOf(await oss(`GET ${devicesPath}/eA81758FFFE0AFFFF`))).toEqual([404, 404, 'Device not found']);
  });

  it('devices.create returns the EUI in upper case without keys, and uses a licence', async () => {
    const { oss, world } = subscription();
    const used = (): number | undefined => world.thingpark.plans.find(({ ID }) => ID === 'acme-cs/standard')?.used;
    const before = used() ?? 0;
    const made = await oss(`POST ${devicesPath}?networkSubscriptionsHandlingMode=ADVANCED`, otaa);
    expect([made.status, valueAt(made.body, 'EUI'), valueAt(made.body, 'healthState')]).toEqual([201, 'A81758FFFE0AFFFF', 'INIT']);
    expect(made.headers.get('location')).toBe(valueAt(made.body, 'href'));
    expect(JSON.stringify(made.body)).not.toContain('000102030405');
    expect(used()).toBe(before + 1);
    expect(errorOf(await oss(`POST ${devicesPath}?networkSubscriptionsHandlingMode=ADVANCED`, otaa))).toEqual([
      409,
      111,
      'EUI A81758FFFE0AFFFF already exists',
    ]);
  });

  it('a device created without a plan is suspended', async () => {
    const { oss } = subscription();
    const { networkSubscription: _, ...without } = otaa;
    const made = await oss(`POST ${devicesPath}?networkSubscriptionsHandlingMode=ADVANCED`, without);
    expect([valueAt(made.body, 'healthState'), valueAt(made.body, 'suspension')]).toEqual(['SUSPENDED', 'SUBSCRIBER_SUSPENDED']);
  });

  it.each([
    [{ activation: 'ABP', appKey: undefined, appEUI: undefined }, 400, 'nwAddress is required'],
    [{ activation: 'ABP', nwAddress: '04ABCDEF', nwKey: '00112233445566778899AABBCCDDEEFF' }, 400, 'appKey is not allowed with ABP'],
    [{ appKey: '0001' }, 400, 'appKey: 32 hexadecimal characters are expected'],
    [{ appKey: undefined, appEUI: undefined }, 400, 'appEUI is required'],
    [{ nwkKey: '00112233445566778899AABBCCDDEEFF' }, 400, 'nwkKey is not allowed with a LoRaWAN 1.0 model'],
    [{ model: { ID: 'ACME/MeterA.1.1_ETSI' } }, 400, 'nwkKey is required'],
    [{ networkSubscription: { ID: 'acme-cs/trial' } }, 409, 'no licence left on connectivity plan acme-cs/trial'],
    [{ networkSubscription: { ID: 'nowhere' } }, 400, 'unknown connectivity plan nowhere'],
    [{ appServers: [{ ID: 'TWA_1.1.AS' }] }, 400, 'unknown application server TWA_1.1.AS'],
  ])('devices.create refuses %j', async (change, status, message) => {
    const { oss } = subscription();
    const reply = await oss(`POST ${devicesPath}?networkSubscriptionsHandlingMode=ADVANCED`, { ...otaa, ...change });
    expect([reply.status, valueAt(reply.body, 'message')]).toEqual([status, message]);
  });

  it('devices.aggregatedFrames aligns daily slots to the time zone', async () => {
    const { call } = subscription();
    const { briefs } = await call(devices.aggregatedFrames, {
      path: { deviceUid: 'eA81758FFFE0A0001' },
      query: { begin: '2026-11-15T00:00:00+01:00', duration: 'P7D', step: 'P1D', timezone: 'Europe/Paris' },
    });
    expect(briefs.map(({ timestamp }) => new Date(timestamp ?? Number.NaN).toISOString().slice(11, 16))).toEqual(Array(7).fill('23:00'));
    expect(briefs.every(({ up }) => (up?.count ?? 0) > 0)).toBe(true);
  });
});
