import { describe, expect, it } from 'vitest';

import { startTestServer } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto' } as const;
const week = { period: 'P7D', step: 'P1D', timezone: 'Europe/Paris' };

describe('get_traffic_history', () => {
  it('get_traffic_history of a LoRaWAN device counts messages, bytes, lost and failed frames, RSSI and SNR', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const { structured, text } = await call('get_traffic_history', {
      device: 'A81758FFFE0A0001',
      connection: 'sandbox-thingpark',
      ...week,
    });
    const quiet = { upCount: 24, downCount: 2, upBytes: 288, downBytes: 8, lost: 0, failed: 0, per: 0.009 };
    expect(structured).toEqual({
      device: 'A81758FFFE0A0001',
      connection: 'sandbox-thingpark',
      from: '2026-11-15T23:00:00Z',
      ...week,
      totals: { upCount: 153, downCount: 12, upBytes: 1836, downBytes: 48, lost: 3, failed: 0 },
      slots: [
        { at: '2026-11-16', ...quiet, rssi: -86.5, snr: 3.3 },
        { at: '2026-11-17', ...quiet, rssi: -82.9, snr: 5.1 },
        { at: '2026-11-18', ...quiet, lost: 1, rssi: -86.5, snr: 3.3 },
        { at: '2026-11-19', ...quiet, lost: 1, rssi: -86.2, snr: 3.4 },
        { at: '2026-11-20', ...quiet, lost: 1, rssi: -84.6, snr: 4.2 },
        { at: '2026-11-21', ...quiet, rssi: -84.2, snr: 4.4 },
        { at: '2026-11-22', ...quiet, upCount: 9, downCount: 0, upBytes: 108, downBytes: 0, rssi: -85.1, snr: 4, partial: true },
      ],
      notes: ['a row marked partial is not whole: the window or the present time cuts it'],
    });
    expect(text.split('\n').slice(0, 5)).toEqual([
      'A81758FFFE0A0001 on sandbox-thingpark, 2026-11-15T23:00:00Z for P7D by P1D (Europe/Paris)',
      'totals: upCount 153, downCount 12, upBytes 1836, downBytes 48, lost 3, failed 0',
      'all: failed=0 per=0.009',
      'at\tupCount\tdownCount\tupBytes\tdownBytes\tlost\trssi\tsnr\tpartial',
      '2026-11-16\t24\t2\t288\t8\t0\t-86.5\t3.3\t',
    ]);
  });

  it('get_traffic_history of a ThingSpace SIM counts bytes and SMS per day', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const { structured } = await call('get_traffic_history', { device: '89148000000077000037', ...week });
    expect(structured.totals).toEqual({ bytes: 41209107, sms: 0 });
    expect(structured.slots).toEqual([
      { at: '2026-11-16', bytes: 6480326, sms: 0 },
      { at: '2026-11-17', bytes: 7912064, sms: 0 },
      { at: '2026-11-18', bytes: 7252059, sms: 0 },
      { at: '2026-11-19', bytes: 5019373, sms: 0 },
      { at: '2026-11-20', bytes: 5970156, sms: 0 },
      { at: '2026-11-21', bytes: 6154058, sms: 0 },
      { at: '2026-11-22', bytes: 2421071, sms: 0, partial: true },
    ]);
    expect(structured.notes).toEqual([
      'ThingSpace records one row a day (UTC), both directions together; data of an open session is up to 6 h late',
      'the days are those of UTC, not of Europe/Paris',
      'a row marked partial is not whole: the window or the present time cuts it',
    ]);
  });

  it('get_traffic_history of an iot-x subscriber counts bytes up and down', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const { structured } = await call('get_traffic_history', { device: '8944990000001000010', ...week });
    expect(structured.totals).toEqual({ upBytes: 2420996, downBytes: 806999 });
    expect(structured.slots.slice(0, 2)).toEqual([
      { at: '2026-11-16', upBytes: 367001, downBytes: 122334 },
      { at: '2026-11-17', upBytes: 367002, downBytes: 122334 },
    ]);
    expect(structured.notes).toEqual([
      'iot-x counts bytes only',
      'a row marked partial is not whole: the window or the present time cuts it',
    ]);
  });

  it('get_traffic_history counts 25 hours on the day when daylight saving time ends', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const { structured } = await call('get_traffic_history', {
      device: 'sandbox-thingpark/A81758FFFE0A0001',
      from: '2026-10-24T00:00:00+02:00',
      period: 'P3D',
      step: 'P1D',
      timezone: 'Europe/Paris',
    });
    // The device sends once an hour. Three days of the calendar have 73 hours.
    expect(structured.slots.map((slot: { at: string; upCount: number }) => [slot.at, slot.upCount])).toEqual([
      ['2026-10-24', 24],
      ['2026-10-25', 25],
      ['2026-10-26', 24],
    ]);
    const hourly = await call('get_traffic_history', {
      device: 'sandbox-thingpark/A81758FFFE0A0001',
      from: '2026-10-25T00:00:00+02:00',
      period: 'PT4H',
      step: 'PT1H',
      timezone: 'Europe/Paris',
    });
    expect(hourly.structured.slots.map((slot: { at: string }) => slot.at)).toEqual([
      '2026-10-25T00:00+02:00',
      '2026-10-25T01:00+02:00',
      '2026-10-25T02:00+02:00',
      '2026-10-25T02:00+01:00',
    ]);
  });

  it('get_traffic_history reads a date in the given zone, and an offset in the text wins', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const device = 'sandbox-thingpark/A81758FFFE0A0001';
    const local = await call('get_traffic_history', { device, from: '2026-11-18', period: 'P2D', timezone: 'America/New_York' });
    expect(local.structured).toMatchObject({ from: '2026-11-18T05:00:00Z' });
    expect(local.structured.slots.map((slot: { at: string; partial?: boolean }) => [slot.at, slot.partial])).toEqual([
      ['2026-11-18', undefined],
      ['2026-11-19', undefined],
    ]);
    for (const [from, begins] of [
      ['2026-11-20T00:00:00', '2026-11-19T23:00:00Z'],
      ['2026-11-20 06:30', '2026-11-20T05:30:00Z'],
      ['2026-11-20T00:00:00-05:00', '2026-11-20T05:00:00Z'],
      ['2026-11-20T00:00Z', '2026-11-20T00:00:00Z'],
    ]) {
      const { structured } = await call('get_traffic_history', { device, from, period: 'P1D', timezone: 'Europe/Paris' });
      expect(structured, from).toMatchObject({ from: begins });
    }
  });

  it('get_traffic_history marks the days that the window cuts', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const { structured } = await call('get_traffic_history', {
      device: 'sandbox-thingpark/A81758FFFE0A0001',
      from: '2026-11-18T12:00:00Z',
      period: 'P2D',
    });
    expect(structured.slots.map((slot: { at: string; partial?: boolean }) => [slot.at, slot.partial])).toEqual([
      ['2026-11-18', true],
      ['2026-11-19', undefined],
      ['2026-11-20', true],
    ]);
  });

  it('get_traffic_history keeps the days of a provider that records whole days, and names their zone', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const device = '89148000000077000037';
    const days = { device, from: '2026-11-18', period: 'P2D' };
    const utc = await call('get_traffic_history', days);
    const local = await call('get_traffic_history', { ...days, timezone: 'America/New_York' });
    expect(local.structured.slots).toEqual([
      { at: '2026-11-18', bytes: 7252059, sms: 0 },
      { at: '2026-11-19', bytes: 5019373, sms: 0 },
    ]);
    expect(local.structured.slots).toEqual(utc.structured.slots);
    expect(local.structured).toMatchObject({ daysIn: 'UTC', timezone: 'America/New_York' });
    expect(local.structured.notes).toContain('the days are those of UTC, not of America/New_York');
  });

  it('get_traffic_history rejects an invalid time zone, duration, instant or step with rule and example, and sends nothing', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient(client);
    const before = world.requestLog.length;
    const device = 'sandbox-thingpark/A81758FFFE0A0001';
    for (const [args, field, message] of [
      [{ timezone: 'Paris' }, 'timezone', 'timezone: must be an IANA time zone, got "Paris". Example: Europe/Paris'],
      [{ timezone: '+02:00' }, 'timezone', 'timezone: must be an IANA time zone, got "+02:00". Example: Europe/Paris'],
      [
        { period: '7 days' },
        'period',
        'period: must be an ISO 8601 duration of weeks, days, hours, minutes or seconds, got "7 days". Example: P7D',
      ],
      [
        { period: 'P1M' },
        'period',
        'period: must be an ISO 8601 duration of weeks, days, hours, minutes or seconds, got "P1M". Example: P7D',
      ],
      [{ step: 'P0D' }, 'step', 'step: must be an ISO 8601 duration of weeks, days, hours, minutes or seconds, got "P0D". Example: P1D'],
      [{ from: 'yesterday' }, 'from', 'from: must be an ISO 8601 date-time, got "yesterday". Example: 2026-11-22T08:00:00Z'],
      [{ from: '2027-01-01' }, 'from', 'from: is in the future'],
      [{ period: 'P400D' }, 'period', 'period: must not exceed 366 days'],
      [{ period: 'P30D', step: 'PT1H' }, 'step', 'step: would return 720 rows, more than 400'],
    ] as const) {
      const { structured, isError } = await call('get_traffic_history', { device, ...args });
      expect(isError).toBe(true);
      expect(structured.error.field).toBe(field);
      expect(structured.error.message).toContain(message);
    }
    expect(world.requestLog).toHaveLength(before);
  });

  it('get_traffic_history rejects a step that the provider does not support and names valid steps', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const lora = await call('get_traffic_history', { device: 'sandbox-thingpark/A81758FFFE0A0001', period: 'P1D', step: 'PT10M' });
    expect(lora.text).toBe('step: ThingPark counts by whole hours up to a day. Examples: PT1H, PT6H, P1D.');
    const sim = await call('get_traffic_history', { device: '89148000000077000037', period: 'P1D', step: 'PT1H' });
    expect(sim.text).toBe('step: ThingSpace keeps one record a day. Take P1D or whole days.');
  });
});
