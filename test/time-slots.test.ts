import { describe, expect, it, test } from 'vitest';

import { slotStarts, startOfDay, zoneOffset } from '../src/time-slots.ts';

const at = (text: string): number => Date.parse(text);
const slots = (from: string, to: string, step: string, zone: string): string[] =>
  slotStarts(at(from), at(to), step, zone).map((ms) => new Date(ms).toISOString());

describe('slotStarts and startOfDay by day', () => {
  it('a day of Europe/Paris has 23 hours on 29 March 2026', () => {
    expect(slots('2026-03-28T12:00:00Z', '2026-03-30T12:00:00Z', 'P1D', 'Europe/Paris')).toEqual([
      '2026-03-27T23:00:00.000Z',
      '2026-03-28T23:00:00.000Z',
      '2026-03-29T22:00:00.000Z',
    ]);
  });
  it('a day of Europe/Paris has 25 hours on 25 October 2026', () => {
    expect(slots('2026-10-24T12:00:00Z', '2026-10-26T12:00:00Z', 'P1D', 'Europe/Paris')).toEqual([
      '2026-10-23T22:00:00.000Z',
      '2026-10-24T22:00:00.000Z',
      '2026-10-25T23:00:00.000Z',
    ]);
  });
  it('slotStarts begins with the day that contains `from` and ends before `to`', () => {
    expect(slots('2026-06-01T22:00:00Z', '2026-06-03T22:00:00Z', 'P1D', 'Europe/Paris')).toEqual([
      '2026-06-01T22:00:00.000Z',
      '2026-06-02T22:00:00.000Z',
    ]);
    expect(slots('2026-06-01T21:59:59Z', '2026-06-01T22:00:00Z', 'P1D', 'Europe/Paris')).toEqual(['2026-05-31T22:00:00.000Z']);
    expect(slots('2026-06-01T00:00:00Z', '2026-06-01T00:00:00Z', 'P1D', 'UTC')).toEqual([]);
  });
  it('slotStarts steps by weeks across both clock changes', () => {
    expect(slots('2026-03-22T23:00:00Z', '2026-04-06T00:00:00Z', 'P1W', 'Europe/Paris')).toEqual([
      '2026-03-22T23:00:00.000Z',
      '2026-03-29T22:00:00.000Z',
      '2026-04-05T22:00:00.000Z',
    ]);
    expect(slots('2026-10-18T22:00:00Z', '2026-11-01T23:00:00Z', 'P7D', 'Europe/Paris')).toEqual([
      '2026-10-18T22:00:00.000Z',
      '2026-10-25T23:00:00.000Z',
    ]);
  });
  it('startOfDay finds midnight from any hour of the days with 23 and 25 hours', () => {
    const spring = ['2026-03-28T23:00:00Z', '2026-03-29T00:59:59Z', '2026-03-29T01:00:00Z', '2026-03-29T21:59:59Z'];
    expect(spring.map((text) => new Date(startOfDay(at(text), 'Europe/Paris')).toISOString())).toEqual(
      spring.map(() => '2026-03-28T23:00:00.000Z'),
    );
    const autumn = ['2026-10-24T22:00:00Z', '2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', '2026-10-25T22:59:59Z'];
    expect(autumn.map((text) => new Date(startOfDay(at(text), 'Europe/Paris')).toISOString())).toEqual(
      autumn.map(() => '2026-10-24T22:00:00.000Z'),
    );
  });
  it('slotStarts handles a day that begins at 01:00: Africa/Cairo, 24 April 2026', () => {
    expect(slots('2026-04-23T12:00:00Z', '2026-04-25T12:00:00Z', 'P1D', 'Africa/Cairo')).toEqual([
      '2026-04-22T22:00:00.000Z',
      '2026-04-23T22:00:00.000Z',
      '2026-04-24T21:00:00.000Z',
    ]);
  });
});

describe('slotStarts by hour', () => {
  it('slotStarts gives 23 and 25 hourly slots on the days of a clock change', () => {
    expect(slots('2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z', 'PT1H', 'Europe/Paris')).toHaveLength(23);
    expect(slots('2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z', 'PT1H', 'Europe/Paris')).toHaveLength(25);
  });
  it('hourly slots begin at the full hour that contains `from`', () => {
    expect(slots('2026-06-01T08:20:00Z', '2026-06-01T10:00:00Z', 'PT1H', 'UTC')).toEqual([
      '2026-06-01T08:00:00.000Z',
      '2026-06-01T09:00:00.000Z',
    ]);
  });
  it('hourly slots follow a time zone with a half-hour offset', () => {
    expect(slots('2026-06-01T08:20:00Z', '2026-06-01T10:00:00Z', 'PT1H', 'Asia/Kolkata')).toEqual([
      '2026-06-01T07:30:00.000Z',
      '2026-06-01T08:30:00.000Z',
      '2026-06-01T09:30:00.000Z',
    ]);
    expect(slots('2026-06-01T00:00:00Z', '2026-06-02T00:00:00Z', 'P1D', 'Asia/Kolkata')).toEqual([
      '2026-05-31T18:30:00.000Z',
      '2026-06-01T18:30:00.000Z',
    ]);
  });
  it('slots of six hours keep their length across a clock change', () => {
    expect(slots('2026-03-28T23:00:00Z', '2026-03-29T12:00:00Z', 'PT6H', 'Europe/Paris')).toEqual([
      '2026-03-28T23:00:00.000Z',
      '2026-03-29T05:00:00.000Z',
      '2026-03-29T11:00:00.000Z',
    ]);
  });
});

test('zoneOffset returns the UTC offset of a zone at an instant', () => {
  const minutes = (text: string, zone: string): number => zoneOffset(at(text), zone) / 60_000;
  expect(minutes('2026-01-01T00:00:00Z', 'UTC')).toBe(0);
  expect(minutes('2026-01-01T00:00:00Z', 'Europe/Paris')).toBe(60);
  expect(minutes('2026-07-01T00:00:00Z', 'Europe/Paris')).toBe(120);
  expect(minutes('2026-03-29T00:59:59.999Z', 'Europe/Paris')).toBe(60);
  expect(minutes('2026-03-29T01:00:00Z', 'Europe/Paris')).toBe(120);
  expect(minutes('2026-07-01T00:00:00.500Z', 'Asia/Kolkata')).toBe(330);
  expect(minutes('2026-07-01T00:00:00Z', 'Asia/Kathmandu')).toBe(345);
  expect(minutes('2026-07-01T00:00:00Z', 'America/St_Johns')).toBe(-150);
  expect(minutes('2026-01-01T23:30:00Z', 'Pacific/Kiritimati')).toBe(840);
});
