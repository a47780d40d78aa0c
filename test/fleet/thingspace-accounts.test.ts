/** Accounts and usage of ThingSpace as the fleet reads them, on answers that the sandbox does not give. */
import { describe, expect, it } from 'vitest';

import { fleetConnectionOf } from '../../src/fleet/fleet-connection.ts';
import { makeFleet } from '../../src/fleet/index.ts';
import { thingspaceFleet } from '../../src/fleet/thingspace.ts';
import { type FakeAnswer, fakeThingspace } from '../support/fake-thingspace.ts';
import { startTestServer } from '../support/test-server.ts';

const first = '0442000123-00001';
const second = '0442000123-00002';
const sim = (n: number, accountName: string) => ({
  accountName,
  carrierInformations: [{ state: 'active', servicePlan: 'IOTLOW5MB' }],
  deviceIds: [{ id: `8914800000007700${1000 + n}`, kind: 'iccId' }],
  extendedAttributes: [{ key: 'DeviceId', value: String(n) }],
});
const refusal = (code: string) => Response.json({ errorCode: `UnifiedWebService.${code}`, errorMessage: 'refused' }, { status: 400 });

function fleetOn(answer: FakeAnswer, settings: { account?: string; accounts?: readonly string[] } = {}) {
  const fake = fakeThingspace(answer, settings);
  const member = fleetConnectionOf(fake.connection, thingspaceFleet);
  return { ...fake, fleet: makeFleet(member ? [member] : [], fake.clock) };
}

describe('accounts of a login', () => {
  it('a connection with a default account lists the SIMs of every account, with the account of each', async () => {
    const { connectClient } = await startTestServer({
      only: ['sandbox-thingspace'],
      adjust(config) {
        for (const one of config.connections) if (one.provider === 'thingspace') Object.assign(one.settings as object, { account: first });
      },
    });
    const { call } = await connectClient({ transport: 'stdio', era: 'auto' });
    const { structured } = await call('list_devices', { fields: ['iccid'] });
    expect(structured).toMatchObject({ total: 24 });
    const accounts = structured.devices.map((one: { account: string }) => one.account);
    expect([...new Set(accounts)]).toEqual([first, second]);
    expect((await call('list_devices', { account: second })).structured).toMatchObject({ total: 3, all: { account: second } });
    expect((await call('list_devices', { count: true, account: second })).structured.total).toBe(3);
  });

  it('a restricted connection reads each of its accounts and says which one could not be read', async () => {
    const { fleet, sent } = fleetOn(
      ({ body }) => (body['accountName'] === second ? refusal('REQUEST_FAILED.AccountName') : { devices: [sim(1, first)] }),
      { accounts: [first, second] },
    );
    const listed = await fleet.list({}, { limit: 10 }, undefined);
    expect(listed.rows.map(({ account }) => account)).toEqual([first]);
    expect(listed.total).toBeUndefined();
    expect(listed.failures).toMatchObject([{ connection: 'fleet-us', error: expect.stringMatching(`^account ${second} not read: `) }]);
    expect(sent.map(({ body }) => body['accountName'])).toEqual([first, second]);
    expect((await fleet.count({}, {})).failures).toMatchObject([{ error: expect.stringMatching(`^account ${second} not read: `) }]);
  });

  it('a carrier that lists one account at a time gets the default one, and the others are said to be left out', async () => {
    const { fleet } = fleetOn(
      ({ body }) => (body['accountName'] === first ? { devices: [sim(1, first)] } : refusal('REQUEST_FAILED.MultipleAccounts')),
      { account: first },
    );
    const { rows, failures } = await fleet.list({}, { limit: 10 }, undefined);
    expect(rows).toHaveLength(1);
    expect(failures).toMatchObject([{ error: expect.stringMatching(`^accounts other than ${first} not read: `) }]);
  });
});

describe('usage records', () => {
  const day = (date: string, more: object = {}) => ({
    timestamp: `${date}T00:00:00Z`,
    bytesUsed: 100,
    smsUsed: 0,
    servicePlan: 'A',
    source: 'Raw Usage',
    ...more,
  });
  const device = {
    device: '89148000000077000037',
    connection: 'fleet-us',
    provider: 'thingspace',
    identifiers: {},
    state: 'active' as const,
  };
  const traffic = (answer: FakeAnswer, zone = 'UTC') =>
    fleetOn(answer).fleet.traffic(
      { ...device, providerState: 'active' },
      { from: Date.parse('2026-11-20T00:00:00Z'), to: Date.parse('2026-11-22T00:00:00Z'), step: 'P1D', zone },
    );

  it('rows of the same time on two plans and from two sources are both counted', async () => {
    const usageHistory = [
      day('2026-11-20'),
      day('2026-11-20', { servicePlan: 'B', bytesUsed: 20 }),
      day('2026-11-20', { source: 'Rated', bytesUsed: 3 }),
    ];
    const { slots } = await traffic(() => ({ hasMoreData: false, usageHistory }));
    expect(slots.map(({ bytes }) => bytes)).toEqual([123, 0]);
  });

  it('pages are followed in either order, and the record that two pages share is counted once', async () => {
    const older = { hasMoreData: false, usageHistory: [day('2026-11-20'), day('2026-11-20', { servicePlan: 'B' })] };
    const newestFirst: FakeAnswer = ({ body }) =>
      String(body['latest']).startsWith('2026-11-20')
        ? older
        : { hasMoreData: 'true', usageHistory: [day('2026-11-21'), day('2026-11-20')] };
    expect((await traffic(newestFirst)).slots.map(({ bytes }) => bytes)).toEqual([200, 100]);
  });

  it('a list that claims more records and repeats itself is told as incomplete', async () => {
    const { slots, notes } = await traffic(() => ({ hasMoreData: true, usageHistory: [day('2026-11-20')] }));
    expect(slots.map(({ bytes }) => bytes)).toEqual([100, undefined]);
    expect(notes[1]).toBe('incomplete: the carrier reports more usage records but repeats those it has sent');
  });

  it('amounts with separators are read, and one that is not understood makes the sum a lower limit', async () => {
    const usageHistory = [day('2026-11-20', { bytesUsed: '1,048,576' }), day('2026-11-21', { bytesUsed: 'much' })];
    const { slots, notes } = await traffic(() => ({ hasMoreData: false, usageHistory }));
    expect(slots.map(({ bytes }) => bytes)).toEqual([1_048_576, undefined]);
    expect(notes[1]).toBe('the sums are at least: 1 record was not understood');
  });

  it('the record of a day stays on that day in a zone west of UTC', async () => {
    const { fleet } = fleetOn(() => ({ hasMoreData: false, usageHistory: [day('2026-11-21', { bytesUsed: 7 })] }));
    const { slots, daysIn } = await fleet.traffic(
      { ...device, providerState: 'active' },
      {
        from: Date.parse('2026-11-20T05:00:00Z'),
        to: Date.parse('2026-11-22T05:00:00Z'),
        step: 'P1D',
        zone: 'America/New_York',
      },
    );
    expect(daysIn).toBe('UTC');
    expect(slots).toEqual([
      { at: Date.parse('2026-11-20T00:00:00Z'), bytes: 0, sms: 0 },
      { at: Date.parse('2026-11-21T00:00:00Z'), bytes: 7, sms: 0 },
    ]);
  });
});
