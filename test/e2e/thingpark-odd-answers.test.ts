/** ThingPark answers in another form than documented: what is not understood is unknown, and hides nothing else. */
import { describe, expect, it } from 'vitest';

import type { Config } from '../../src/config.ts';
import { startTestServer } from '../support/test-server.ts';
import { mockNetwork, mockOrigin } from '../support/wire.ts';

mockNetwork();

const url = 'https://tpe.example';
const fridge = 'A81758FFFE0A0001';
const seen = Date.parse('2026-11-22T07:00:00Z');

const adjust = (config: Config): void => {
  const oss = { url, realm: 'users-auth', clientId: 'sub-1/ops', clientSecret: 'oss-odd-secret' };
  config.connections = [{ name: 'tp', provider: 'thingpark', sandbox: false, writes: true, allowGuessed: false, settings: { oss } }];
};

/** A server whose only connection answers with these devices. */
async function connected(briefs: readonly unknown[], more: { counters?: unknown; frames?: unknown; station?: unknown } = {}) {
  const { connectClient } = await startTestServer({ adjust });
  const { call } = await connectClient({ transport: 'stdio', era: 'auto' });
  mockOrigin(url, ({ url: asked }) => {
    const { pathname } = new URL(asked);
    if (pathname.endsWith('/token')) return Response.json({ access_token: 'a-token', expires_in: 300 });
    if (pathname.endsWith('/counters')) return Response.json(more.counters ?? { briefs: [] });
    if (pathname.endsWith('/aggregated')) return Response.json({ briefs: more.frames });
    if (pathname.includes('/bss/'))
      return more.station ? Response.json(more.station) : Response.json({ code: 403, message: 'no right' }, { status: 403 });
    return Response.json(pathname.endsWith('/devices') ? { briefs, more: false } : briefs[0]);
  });
  return call;
}

describe('ThingPark answers in other forms than documented', () => {
  it.each([
    [seen, '2026-11-22T07:00:00Z'],
    [seen / 1000, '2026-11-22T07:00:00Z'],
    [String(seen), '2026-11-22T07:00:00Z'],
    ['2026-11-22T07:00:00', '2026-11-22T07:00:00Z'],
    ['2026-11-22T08:00:00.000+01:00', '2026-11-22T07:00:00Z'],
    [0, undefined],
    ['0', undefined],
    ['0001-01-01T00:00:00', undefined],
    ['1970-01-01T00:00:00Z', undefined],
    [-1, undefined],
    [253_402_300_799_000, 'unknown'],
    ['yesterday', 'unknown'],
    [null, undefined],
  ])('a last uplink of %j is read as %j', async (lastUpTimestamp, lastSeen) => {
    const call = await connected([{ EUI: fridge, healthState: 'ACTIVE', lastUpTimestamp }]);
    expect((await call('list_devices')).structured.devices[0].lastSeen).toBe(lastSeen);
  });

  it.each([
    ['ACTIVE', 'active', 'active'],
    ['active', 'active', 'active'],
    ['Rf-Cnx Error', 'active', 'lost'],
    [' suspended ', 'suspended', undefined],
    ['BROKEN', 'unknown', undefined],
    [undefined, 'unknown', undefined],
  ])('a device with the health state %j is listed and read as %s', async (healthState, state, health) => {
    const call = await connected([{ EUI: fridge, healthState }], { counters: { briefs: [{ healthState, count: '1' }] } });
    for (const row of [
      (await call('list_devices')).structured.devices[0],
      (await call('get_device', { device: fridge })).structured.device,
    ])
      expect([row.state, row.health]).toEqual([state, health]);
    expect((await call('list_devices', { count: true })).structured.connections[0].byState).toEqual({ [state]: 1 });
  });

  it.each([
    [{ suspension: 'subscriber_suspended', healthState: 'ACTIVE' }, 'suspended', 'unchanged'],
    [{ suspension: 'none', healthState: 'active' }, 'in service', 'change'],
    [{ suspension: 'paused', healthState: 'Suspended' }, 'suspended', 'unchanged'],
    [{ suspension: 'paused', healthState: 'ok' }, 'unknown', 'change'],
  ])('suspend_device of a device with %j plans from the state %s', async (words, state, verdict) => {
    const call = await connected([{ EUI: fridge, ...words, occContext: { version: 3 } }]);
    const { change } = (await call('suspend_device', { devices: [fridge], preview: true })).structured;
    expect(change.targets[0].before.state).toBe(state);
    expect(change.targets[0].outcome === 'unchanged').toBe(verdict === 'unchanged');
    expect(change.warnings ?? []).toEqual(
      state === 'unknown' ? [`${fridge}: its state is unknown, the words of the answer are not understood`] : [],
    );
  });

  it('one odd device hides neither itself nor the others', async () => {
    const call = await connected([
      { EUI: 'a8-17-58-ff-fe-0a-00-01', healthState: 'ACTIVE', name: 17, nwAddress: 4_123_456, model: 'LoRaMote', sim: [], tags: [null] },
      null,
      { EUI: 'A81758FFFE0A0002', healthState: 'ACTIVE', nwAddress: 'abcdef01', networkSubscription: [] },
      { name: 'no identity' },
    ]);
    expect((await call('list_devices', { fields: ['devAddr'] })).structured.devices).toEqual([
      { device: fridge, name: '17', devAddr: '04123456' },
      { device: 'A81758FFFE0A0002', devAddr: 'ABCDEF01' },
    ]);
  });

  it('devices are counted one by one where the counters of the provider are not understood', async () => {
    const call = await connected([{ EUI: fridge, healthState: 'ACTIVE' }], {
      counters: { briefs: [{ healthState: 'ACTIVE', count: 'some' }] },
    });
    expect((await call('list_devices', { count: true })).structured.total).toBe(1);
  });

  it('get_traffic_history reads decimal commas and leaves out figures that it does not understand', async () => {
    const frames = [
      {
        timestamp: '2026-11-21T00:00:00Z',
        rssiMean: '-84,6',
        snrMean: '7,25',
        up: { count: '24', size: 240, countLost: 1 },
        dw: { count: 2, size: 4, countFailed: 0 },
      },
      { timestamp: seen - 7 * 3_600_000, up: { count: 'many', size: 12 }, dw: null, rssiMean: 'weak' },
    ];
    const call = await connected([{ EUI: fridge, healthState: 'ACTIVE' }], { frames });
    const { structured } = await call('get_traffic_history', { device: fridge, from: '2026-11-21T00:00:00Z', period: 'P2D' });
    expect(structured.slots).toEqual([
      { at: '2026-11-21', upCount: 24, downCount: 2, upBytes: 240, downBytes: 4, lost: 1, failed: 0, rssi: -84.6, snr: 7.25 },
      { partial: true, at: '2026-11-22', downCount: 0, upBytes: 12, downBytes: 0, failed: 0 },
    ]);
    expect(structured.notes).toEqual([
      '1 of 2 time slots have figures that were not understood and are left out, so the totals are at least these',
      'a row marked partial is not whole: the window or the present time cuts it',
      'Not understood at tp: rssiMean in 1 row, shown as unknown; up.count in 1 row, shown as unknown',
    ]);
  });

  it('get_device names plan, battery, alarms, best gateway and last edit, and says none for no plan', async () => {
    const device = {
      EUI: fridge,
      healthState: 'SUSPENDED',
      networkSubscription: null,
      lastBatLevel: '127',
      alarmCount: 2,
      alarmLevel: 5,
      bestLRR: { ID: '10001234' },
      occContext: { version: 4, lastUpdate: '2026-11-20T09:30:00Z', who: 'jane@example.com' },
    };
    const call = await connected([device], { station: { lrrID: '10001234', name: 'Roof 1', cnxState: 'DISC' } });
    const { structured, text } = await call('get_device', { device: fridge });
    expect(structured.device).toMatchObject({
      plan: 'none',
      battery: '50 % (level 127 of 254)',
      alarms: '2 unacknowledged, worst major',
      bestGateway: '10001234, Roof 1, disconnected',
      lastEdit: '2026-11-20T09:30:00Z by jane@example.com',
    });
    expect(text).toContain('plan: none\nbattery: 50 % (level 127 of 254)\nalarms: 2 unacknowledged, worst major');
    const unreadable = await connected([{ ...device, networkSubscription: { ID: 'acme/std' }, lastBatLevel: 0 }]);
    expect((await unreadable('get_device', { device: fridge })).structured.device).toMatchObject({
      plan: 'acme/std',
      battery: 'external power',
      bestGateway: '10001234, name not readable',
    });
  });
});
