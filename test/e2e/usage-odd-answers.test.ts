/** Usage and traffic that a provider answers in odd forms: an unknown amount is never zero, and a total that may be incomplete says so. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../support/json.ts';
import { startPortClient } from '../support/sandbox-on-port.ts';

const pump = '89148000000077000037';
const pump17 = '8944990000001000010';
const usageList = /usage\/actions\/list$/;
const dataUsage = /data-usage\/\d+$/;
const twoDays = { device: pump, from: '2026-11-20', period: 'P2D' };
const usageOfPump = { sims: [{ iccid: pump }] };

/** Applies a function to the first usage record of each answer. */
const first =
  (how: (record: Json) => Json) =>
  (answer: Json): Json => ({ ...answer, usageHistory: answer.usageHistory.map((one: Json, i: number) => (i === 0 ? how(one) : one)) });

describe('a usage record whose amount', () => {
  it.each([
    ['is missing', ({ bytesUsed: _, ...rest }: Json) => rest],
    ['is null', (one: Json) => ({ ...one, bytesUsed: null })],
    ['is empty', (one: Json) => ({ ...one, bytesUsed: '' })],
    ['is "n/a"', (one: Json) => ({ ...one, bytesUsed: 'n/a' })],
    ['is "1.048.576"', (one: Json) => ({ ...one, bytesUsed: '1.048.576' })],
    ['is negative', (one: Json) => ({ ...one, bytesUsed: -5 })],
    ['is a list', (one: Json) => ({ ...one, bytesUsed: [5] })],
  ])('%s makes the sums "at least" and its day unknown, not 0', async (_, how) => {
    const { call, alter } = await startPortClient({ only: ['thingspace'] });
    alter(usageList, first(how));
    const traffic = await call('get_traffic_history', twoDays);
    expect(traffic.structured).toMatchObject({ totals: { bytes: 6154058, sms: 0 }, atLeast: true });
    expect(traffic.structured.slots).toEqual([
      { at: '2026-11-20', sms: 0 },
      { at: '2026-11-21', bytes: 6154058, sms: 0 },
    ]);
    expect(traffic.text).toContain('totals: at least bytes 6154058, sms 0');
    const { structured, text, isError } = await call('get_usage', usageOfPump);
    expect(structured.totals).toEqual({ bytes: 154119033, sms: 1, over: 0, atLeast: true });
    expect(structured.sims[0]).toMatchObject({ atLeast: 'yes', note: 'the sums are at least: 1 record was not understood' });
    expect(text).toMatch(/^1 SIM on sandbox-thingspace: at least 154119033 bytes, 1 SMS, 0 over plan\n/);
    expect(isError).toBe(false);
  });

  it('is the only one not understood among the records of a longer row marks that row as a lower limit', async () => {
    const { call, alter } = await startPortClient({ only: ['thingspace'] });
    alter(
      usageList,
      first((one) => ({ ...one, bytesUsed: null })),
    );
    const { structured } = await call('get_traffic_history', { ...twoDays, step: 'P2D' });
    expect(structured.slots).toEqual([{ at: '2026-11-20', bytes: 6154058, sms: 0, atLeast: true }]);
  });
});

it('usage records without a readable date make days without a record unknown', async () => {
  const { call, alter } = await startPortClient({ only: ['thingspace'] });
  alter(
    usageList,
    first((one) => ({ ...one, timestamp: 'n/a' })),
  );
  const { structured } = await call('get_traffic_history', twoDays);
  expect(structured.slots).toEqual([{ at: '2026-11-20' }, { at: '2026-11-21', bytes: 6154058, sms: 0 }]);
  expect(structured).toMatchObject({ atLeast: true });
});

it('usage of which no amount is understood is unknown, and an error', async () => {
  const { call, alter } = await startPortClient({ only: ['thingspace'] });
  alter(usageList, (answer) => ({
    ...answer,
    usageHistory: answer.usageHistory.map((one: Json) => ({ ...one, bytesUsed: 'n/a', smsUsed: {} })),
  }));
  const { text, isError } = await call('get_usage', usageOfPump);
  expect(isError).toBe(true);
  expect(text).toMatch(/^1 SIM on sandbox-thingspace: bytes unknown, SMS unknown\n/);
  expect(text).toContain('29 records were not understood');
  expect((await call('get_traffic_history', twoDays)).text).toContain('totals: unknown');
});

it('SMS that no usage record counts are unknown and do not make the bytes a lower limit', async () => {
  const { call, alter } = await startPortClient({ only: ['thingspace'] });
  alter(usageList, (answer) => ({ ...answer, usageHistory: answer.usageHistory.map(({ smsUsed: _, ...one }: Json) => one) }));
  const { structured } = await call('get_usage', usageOfPump);
  expect(structured.totals).toEqual({ bytes: 161276517, over: 0 });
  expect(structured.sims[0].note).toBe('the carrier reports no figure for SMS');
});

it.each([
  ['null', (answer: Json) => ({ ...answer, usageHistory: null })],
  ['null elements', (answer: Json) => ({ ...answer, usageHistory: [null] })],
  ['an error beside an empty list', () => ({ errorCode: 'X.REQUEST_FAILED.Y', errorMessage: 'no', hasMoreData: false, usageHistory: [] })],
])('a usage history of %s is no zero usage: get_usage and get_traffic_history are in error', async (_, how) => {
  const { call, alter } = await startPortClient({ only: ['thingspace'] });
  alter(usageList, how);
  const usage = await call('get_usage', usageOfPump);
  expect(usage.isError).toBe(true);
  expect(usage.text).toMatch(/^1 SIM on sandbox-thingspace: bytes unknown, SMS unknown\n/);
  expect(usage.text).toContain('usage not read: ');
  expect((await call('get_traffic_history', twoDays)).isError).toBe(true);
});

it('an empty usage history is still zero usage', async () => {
  const { call, alter } = await startPortClient({ only: ['thingspace'] });
  alter(usageList, (answer) => ({ ...answer, usageHistory: [] }));
  expect((await call('get_usage', usageOfPump)).structured.totals).toEqual({ bytes: 0, sms: 0, over: 0 });
  expect((await call('get_traffic_history', twoDays)).structured.totals).toEqual({ bytes: 0, sms: 0 });
});

it('the usage of one SIM that cannot be read makes the sum of several a lower limit', async () => {
  const { call, alter } = await startPortClient({ only: ['thingspace'] });
  let asked = 0;
  alter(usageList, () => (asked++ === 0 ? { hasMoreData: false, usageHistory: null } : undefined));
  const { structured, isError } = await call('get_usage', { sims: [{ iccid: pump }, { iccid: '89148000000077000074' }] });
  expect(isError).toBe(false);
  expect(structured.sims.map((one: Json) => [one.bytes === undefined, one.atLeast])).toEqual([
    [true, 'yes'],
    [false, undefined],
  ]);
  expect(structured.totals.atLeast).toBe(true);
});

it('equal usage records are counted once, and that is said', async () => {
  const { call, alter } = await startPortClient({ only: ['thingspace'] });
  alter(usageList, (answer) => ({ ...answer, usageHistory: [...answer.usageHistory, ...answer.usageHistory] }));
  const { structured } = await call('get_traffic_history', twoDays);
  expect(structured.totals).toEqual({ bytes: 12124214, sms: 0 });
  expect(structured.notes).toContain('3 records came twice, counted once');
});

describe('the traffic of an iot-x subscriber', () => {
  const day = { device: pump17, from: '2026-11-20', period: 'P1D' };

  it.each([
    ['lacks one direction', (content: Json) => ({ mobileTerminated: content.mobileTerminated })],
    ['has null for one direction', (content: Json) => ({ ...content, mobileOriginated: null })],
    ['has a text for one direction', (content: Json) => ({ ...content, mobileOriginated: 'n/a' })],
    [
      'has null amounts',
      (content: Json) => ({
        ...content,
        mobileOriginated: Object.fromEntries(Object.keys(content.mobileOriginated).map((key) => [key, null])),
      }),
    ],
    [
      'has amounts that are not understood',
      (content: Json) => ({
        ...content,
        mobileOriginated: Object.fromEntries(Object.keys(content.mobileOriginated).map((key) => [key, 'n/a'])),
      }),
    ],
  ])('that %s leaves that direction unknown, not 0', async (_, how) => {
    const { call, alter } = await startPortClient({ only: ['iotx'] });
    alter(dataUsage, (answer) => ({ content: how(answer.content) }));
    const { structured, text } = await call('get_traffic_history', day);
    expect(structured.slots).toEqual([{ at: '2026-11-20', downBytes: 122334 }]);
    expect(structured).toMatchObject({ totals: { downBytes: 122334 }, atLeast: true });
    expect(text).toContain('totals: at least downBytes 122334');
  });

  it.each([
    ['null', { content: null }],
    ['{}', { content: {} }],
    ['[]', { content: [] }],
  ])('that comes as %s is an error', async (_, answer) => {
    const { call, alter } = await startPortClient({ only: ['iotx'] });
    alter(dataUsage, () => answer);
    expect((await call('get_traffic_history', day)).isError).toBe(true);
  });

  it('that is an empty list in both directions is none', async () => {
    const { call, alter } = await startPortClient({ only: ['iotx'] });
    alter(dataUsage, () => ({ content: { mobileOriginated: [], mobileTerminated: [] } }));
    expect((await call('get_traffic_history', day)).structured.totals).toEqual({ upBytes: 0, downBytes: 0 });
  });
});

describe('the whole days of ThingSpace', () => {
  const rows = async (args: object): Promise<Json> => {
    const { call } = await startPortClient({ only: ['thingspace'] });
    const { structured } = await call('get_traffic_history', { device: pump, ...args });
    return { marks: structured.slots.map((slot: Json) => [slot.at, slot.wider]), notes: structured.notes };
  };
  const note = 'a row marked wider counts a whole day (UTC) of which only a part was asked for, and so do the totals';

  it.each(['Asia/Tokyo', 'UTC', 'America/New_York'])('are marked where a window in %s asks for a part of them', async (timezone) => {
    const { marks, notes } = await rows({ from: '2026-11-18T12:00:00', period: 'P2D', timezone });
    expect(marks).toEqual([
      ['2026-11-18', true],
      ['2026-11-19', undefined],
      ['2026-11-20', true],
    ]);
    expect(notes).toContain(note);
  });

  it('are not marked where whole days are asked for, nor for the time that is still to come', async () => {
    for (const args of [
      { from: '2026-11-18', period: 'P2D', timezone: 'Asia/Tokyo' },
      { period: 'P3D' },
      { period: 'P3D', timezone: 'Europe/Paris' },
    ]) {
      const { marks, notes } = await rows(args);
      expect(marks.some(([, wider]: [string, unknown]) => wider)).toBe(false);
      expect(notes).not.toContain(note);
    }
  });
});

describe('the traffic of a ThingPark device', () => {
  const days = { device: 'A81758FFFE0A0001', from: '2026-11-20', period: 'P2D' };
  const frames = async (how: (briefs: Json[]) => Json[]): Promise<Json> => {
    const { call, alter } = await startPortClient({ only: ['thingpark'] });
    alter(/aggregated$/, (answer) => ({ ...answer, briefs: how(answer.briefs) }));
    return (await call('get_traffic_history', days)).structured;
  };

  it('with counts that are a text is unknown on that day, not 0', async () => {
    const { slots, totals, atLeast } = await frames(([a, b]) => [{ ...a, up: 'n/a' }, b]);
    expect(slots[0]).toEqual({ at: '2026-11-20', downCount: 2, downBytes: 8, failed: 0, rssi: -87.9, snr: 2.6, per: 0.009 });
    expect(totals).toMatchObject({ upCount: 24, downCount: 4 });
    expect(atLeast).toBe(true);
  });

  it('counts a slot that comes twice once, and none whose figures differ', async () => {
    expect((await frames((briefs) => [...briefs, ...briefs])).totals).toMatchObject({ upCount: 48, downCount: 4 });
    const { slots, totals, atLeast } = await frames(([a, b]) => [a, { ...a, up: { ...a.up, count: 7 } }, b]);
    expect(slots).toHaveLength(2);
    expect(slots[0]).toEqual({ at: '2026-11-20' });
    expect(totals).toMatchObject({ upCount: 24, downCount: 2 });
    expect(atLeast).toBe(true);
  });

  it.each([0, 99, 255, -9999])('does not show %d as RSSI, nor 255 as SNR', async (rssiMean) => {
    const { slots } = await frames(([a, b]) => [{ ...a, rssiMean, snrMean: 255 }, b]);
    expect(slots[0]).toEqual({ at: '2026-11-20', upCount: 24, downCount: 2, upBytes: 288, downBytes: 8, lost: 1, failed: 0, per: 0.009 });
    expect(slots[1]).toMatchObject({ rssi: -87.2, snr: 2.9 });
  });
});

it('ThingPark counters that count a state twice are not added up', async () => {
  const { call, alter } = await startPortClient({ only: ['thingpark'] });
  const before = (await call('list_devices', { count: true })).structured.total;
  alter(/counters$/, (answer) => ({ ...answer, briefs: [...answer.briefs, ...answer.briefs] }));
  expect((await call('list_devices', { count: true })).structured.total).toBe(before);
});
