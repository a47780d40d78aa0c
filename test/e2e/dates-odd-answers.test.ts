/** Times that a provider answers in odd forms: one that is not understood is unknown, not "never" and not "now". */
import { describe, expect, it } from 'vitest';
import type { Json } from '../support/json.ts';
import { startPortClient } from '../support/sandbox-on-port.ts';

const pump = '89148000000077000037';
const fridge = 'A81758FFFE0A0001';
const simList = /v1\/devices\/actions\/list$/;

/** Sets members of the record of the pump, wherever it is listed. */
const ofPump =
  (members: Json) =>
  (answer: Json): void => {
    for (const one of answer.devices ?? []) if (one.deviceIds.some(({ id }: Json) => id === pump)) Object.assign(one, members);
  };

const rowOf = (structured: Json): Json => structured.devices.find(({ device }: Json) => device === pump);

describe('a SIM whose last connection', () => {
  it.each(['yesterday', '20261120T150000Z', 'Fri, 20 Nov 2026 15:00:00 GMT', { a: 1 }, ['2026-11-20T15:00:00Z']])(
    'is %j is neither never heard nor silent: it is unknown',
    async (lastConnectionDate) => {
      const { call, alter } = await startPortClient({ only: ['thingspace'] });
      alter(simList, ofPump({ lastConnectionDate, connected: false }));
      const listed = await call('list_devices', { limit: 100 });
      expect(rowOf(listed.structured).health).toBeUndefined();
      expect(rowOf(listed.structured).lastSeen).toBe('unknown');
      const { text } = await call('get_device', { device: pump });
      expect(text).toContain('lastSeen: unknown');
      expect(text).not.toContain('health: init');
      const silent = await call('list_devices', { silentFor: 'P2D' });
      expect(rowOf(silent.structured)).toBeUndefined();
      expect(silent.text).toContain('INCOMPLETE sandbox-thingspace: devices are left out of which it is unknown when they were last heard');
      expect((await call('list_devices', { silentFor: 'P2D', count: true })).text).toMatch(/^at least \d+ devices/);
      expect((await call('list_devices', { silentFor: 'P2D', sort: 'lastSeen' })).structured.total).toBeUndefined();
    },
  );

  it.each([undefined, null, '', 'n/a', 0, '0001-01-01T00:00:00Z', '1970-01-01T00:00:00Z'])(
    'is %j was never heard',
    async (lastConnectionDate) => {
      const { call, alter } = await startPortClient({ only: ['thingspace'] });
      alter(simList, ofPump({ lastConnectionDate, connected: false }));
      const { structured } = await call('get_device', { device: pump });
      expect(structured.device.health).toBe('init');
      expect(structured.device.lastSeen).toBeUndefined();
    },
  );

  it('is missing is not never heard while it is unknown whether it is connected', async () => {
    const { call, alter } = await startPortClient({ only: ['thingspace'] });
    alter(simList, ofPump({ lastConnectionDate: undefined, connected: 'perhaps' }));
    expect((await call('get_device', { device: pump })).structured.device.health).toBeUndefined();
  });
});

it.each([
  ['thingspace', pump, simList, ofPump({ lastConnectionDate: '2027-05-01T00:00:00Z', connected: false })],
  [
    'thingpark',
    fridge,
    /devices\/e/,
    (answer: Json): void => {
      answer.lastUpTimestamp = Date.parse('2027-05-01T00:00:00Z');
    },
  ],
] as const)('a device of %s that was last heard in the future is not seen now', async (only, device, path, how) => {
  const { call, alter } = await startPortClient({ only: [only] });
  alter(path, how);
  const { text, structured } = await call('get_device', { device });
  expect(structured.device.lastSeen).toBe('unknown');
  expect(text).toContain('seen: unknown');
  expect(text).toContain(`Not understood at sandbox-${only}: a last sign of life in the future in 1 row, shown as unknown`);
});

it('delete_device does not say that a device was never heard whose last uplink is not understood', async () => {
  const { call, alter } = await startPortClient({ only: ['thingpark'] });
  alter(/devices\/e/, (answer) => {
    answer.lastUpTimestamp = 'yesterday';
  });
  const { text } = await call('delete_device', { devices: [fridge], preview: true });
  expect(text).toContain('when it was last heard is unknown');
  expect(text).not.toContain('never heard');
});

describe('diagnose_sim', () => {
  const verdictWith = async (readings: Record<string, string>, members: Json = {}): Promise<{ verdict: string; categories: Json }> => {
    const { call, alter } = await startPortClient({ only: ['thingspace'] });
    alter(/extendeddiagnostics|devices\/actions\/list/, (answer) => {
      ofPump(members)(answer);
      const attributes: Json[] = (answer.categories ?? []).flatMap(({ extendedAttributes }: Json) => extendedAttributes ?? []);
      for (const [key, value] of Object.entries(readings)) {
        const present = attributes.filter((one) => one.key === key);
        for (const one of present) one.value = value;
        if (present.length === 0) answer.categories?.[0].extendedAttributes.push({ key, value });
      }
    });
    const { structured } = await call('diagnose_sim', { iccid: pump });
    return structured as unknown as { verdict: string; categories: Json };
  };

  it.each(['0', '99', '255', '-9999', '-9999 dBm', '199'])('does not tell the placeholder %s as a signal', async (RadioSignalStrength) => {
    const { verdict, categories } = await verdictWith({ RadioSignalStrength });
    expect(verdict).not.toContain('signal');
    expect(JSON.stringify(categories)).toContain(`"RadioSignalStrength":"not measured (${RadioSignalStrength})"`);
  });

  it.each(['-84', '-84,6', '-84.6 dBm', '17'])('tells the signal %s', async (RadioSignalStrength) => {
    expect((await verdictWith({ RadioSignalStrength })).verdict).toContain(`signal ${RadioSignalStrength}`);
  });

  it('does not tell a time in the future as now', async () => {
    const { verdict, categories } = await verdictWith(
      { LastConnectionDate: '2027-05-01T00:00:00Z', LastDisconnectDate: 'null', RadioSignalStrengthUpdatedDate: '2027-05-01T00:00:00Z' },
      { lastConnectionDate: '2027-05-01T00:00:00Z' },
    );
    expect(verdict).toContain('when it last had a session is unknown');
    expect(verdict).not.toMatch(/\(now\)/);
    expect(JSON.stringify(categories)).toContain('in the future');
  });

  it('does not say that a SIM never had a session whose dates are not understood', async () => {
    const dates = { LastConnectionDate: 'yesterday', LastDisconnectDate: 'null' };
    expect((await verdictWith(dates, { lastConnectionDate: 'yesterday' })).verdict).toContain('when it last had a session is unknown');
  });

  it.each([
    [
      { BillingCycleStartDate: '2025-01-01T00:00:00Z', BillingCycleEndDate: '2025-02-01T00:00:00Z' },
      'bytes rated in the cycle on record from 2025-01-01 to 2025-02-01, which is over',
    ],
    [
      { BillingCycleStartDate: '2025-01-01T00:00:00Z', BillingCycleEndDate: 'null' },
      'bytes rated since 2025-01-01, longer ago than a billing cycle',
    ],
    [
      { BillingCycleStartDate: '2027-01-01T00:00:00Z', BillingCycleEndDate: '2027-02-01T00:00:00Z' },
      'bytes rated of the billing cycle, whose start on record, 2027-01-01, lies in the future',
    ],
    [{ BillingCycleStartDate: '2026-11-01T00:00:00Z', BillingCycleEndDate: '2026-12-01T00:00:00Z' }, 'bytes rated since 2026-11-01'],
  ])('with the cycle %j tells of which cycle the rated usage is', async (cycle, text) => {
    expect((await verdictWith({ ...cycle, CurrentBillCycleDataRatedUsage: '1000' })).verdict).toContain(`1000 ${text}`);
  });
});

describe('get_usage of a SIM whose billing cycle', () => {
  it.each([
    ['2027-06-24T20:00:00-04:00', 'the cycle on record ends only 2027-06-25T00:00:00Z: this one is derived from its day'],
    ['2026-03-24T20:00:00-04:00', 'the cycle on record ended 2026-03-25T00:00:00Z: this one is derived from its day'],
  ])('ends %s tells the present period', async (billingCycleEndDate, note) => {
    const { call, alter } = await startPortClient({ only: ['thingspace'] });
    alter(simList, ofPump({ billingCycleEndDate }));
    const { structured } = await call('get_usage', { sims: [{ iccid: pump }] });
    expect(structured.sims[0]).toMatchObject({ from: '2026-10-25', to: '2026-11-25', bytes: 161276517, percent: 61.5, note });
  });

  it('is not understood says so', async () => {
    const { call, alter } = await startPortClient({ only: ['thingspace'] });
    alter(simList, ofPump({ billingCycleEndDate: 'end of month' }));
    const { structured } = await call('get_usage', { sims: [{ iccid: pump }] });
    expect(structured.sims[0].note).toBe('the end of the billing cycle is not understood: the last 30 days');
  });
});
