import { z } from 'zod';
import { rowOf } from '../../changes/thingspace/sim-rows.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { isUnread } from '../../clients/http/lenient-read.ts';
import type { DeviceRow } from '../../clients/thingspace/device-pages.ts';
import { bearerName, isPlaceholder, isRoaming, type Reading, readingsOf } from '../../clients/thingspace/diagnosis.ts';
import { diagnostics } from '../../clients/thingspace/diagnostics.ts';
import { amountOf, flagOf, instantOf, isOddInstant } from '../../clients/thingspace/fields.ts';
import { asIccid, idOf } from '../../clients/thingspace/ids.ts';
import { instant } from '../../clock.ts';
import { day } from '../../durations.ts';
import { age, isInFuture } from '../../fleet/find.ts';
import { simOf } from '../../fleet/thingspace.ts';
import { isPersonalCategory, isPersonalName } from '../../text/personal-data.ts';
import { isSecretName } from '../../text/redact.ts';
import { sanitize } from '../../text/sanitize.ts';
import { identifier } from '../../vocabulary.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { leftOutLines } from '../personal-data.ts';
import { resolveAccount } from './account.ts';

export const diagnoseSim = readTool({
  name: 'diagnose_sim',
  toolset: 'thingspace',
  title: 'Diagnose a SIM',
  description:
    'Reads everything the carrier reports of one ThingSpace SIM now: state, connection, signal, roaming, usage; summary first. Names, addresses and coordinates are left out unless personal is true. History: get_connection_history.',
  provider: 'thingspace',
  deviceScope: 'named',
  input: z.strictObject({ iccid: identifier('iccid'), personal: fields.personal, connection: fields.connection }),
  output: z.looseObject({ iccid: z.string(), verdict: z.string(), categories: z.looseObject({}) }),
  example: { iccid: '89148000000077000037' },
  async run({ iccid, personal, connection: name }, { connection, clock, signal }) {
    const at = connection(name, ['thingspace']);
    const row = await rowOf(asIccid(iccid), { connection: at, signal });
    if (!row) throw new Refusal(`iccid: the carrier does not know ${iccid}`, 'Search for it with find_device.', 'iccid');
    const device = simOf(row, at.name);
    const mdn = idOf(row, 'mdn');
    const now = clock.now();
    const categories: Record<string, Record<string, string>> = {};
    const reported = new Map<string, Reading>();
    let leftOut = 0;
    if (mdn) {
      const accountName = resolveAccount(row.accountName ?? undefined, at);
      const reply = await at.call(diagnostics.extended, { body: { accountName, deviceList: [{ id: mdn, kind: 'mdn' }] } }, { signal });
      for (const { category: name, readings } of readingsOf(reply.categories)) {
        const category = sanitize(name, 40);
        for (const reading of readings) {
          if (isSecretName(reading.key)) continue;
          reported.set(reading.key, reading);
          if (!personal && (isPersonalCategory(category) || isPersonalName(reading.key))) leftOut += 1;
          else categories[category] = { ...categories[category], [sanitize(reading.key, 60)]: sanitize(withAge(reading, now), 160) };
        }
      }
    }
    const facts = [
      device.providerState,
      ...(device.plan ? [`plan ${device.plan}`] : []),
      ...connectionFacts(row, reported, now),
      ...networkFacts(reported, now),
      ...usageFacts(reported, now),
      ...(mdn ? [] : ['no phone number, so the carrier reports nothing more']),
    ];
    const verdict = sanitize(facts.join(', '), 400);
    return {
      structured: { iccid, connection: at.name, verdict, categories, ...(leftOut > 0 ? { personalLeftOut: leftOut } : {}) },
      text: [
        `${iccid} on ${at.name}: ${verdict}`,
        ...Object.entries(categories).map(
          ([category, values]) =>
            `${category}: ${Object.entries(values)
              .map(([key, value]) => `${key} ${value}`)
              .join(', ')}`,
        ),
        ...leftOutLines(leftOut),
      ].join('\n'),
    };
  },
});

type Reported = ReadonlyMap<string, Reading>;

const wholeSeconds = (ms: number): string => instant(ms - (ms % 1000));

/** A value with when it was measured. */
function withAge(reading: Reading, now: number): string {
  const { value, at } = reading;
  if (isPlaceholder(reading)) return `not measured (${value})`;
  return at === undefined ? value : `${value} (${wholeSeconds(at)}, ${age(at, now)})`;
}

/** Whether a session is open now, and the last sign of life: the end of the last session, or its start while the end is not reported. */
function connectionFacts(row: DeviceRow, reported: Reported, now: number): string[] {
  const dates = [reported.get('LastConnectionDate')?.value, row.lastConnectionDate, reported.get('LastDisconnectDate')?.value];
  const past = (value: unknown): number | undefined => {
    const ms = instantOf(value);
    return ms === undefined || isInFuture(ms, now) ? undefined : ms;
  };
  const start = past(dates[0]) ?? past(dates[1]);
  const end = past(dates[2]);
  const ended = start !== undefined && end !== undefined && end >= start;
  const connected = flagOf(reported.get('Connected')?.value) ?? flagOf(row.connected);
  const open = ended ? false : connected;
  const state = open === undefined ? 'connection unknown' : open ? 'connected now' : 'not connected';
  const isOdd = dates.some((value) => isOddInstant(value) || isInFuture(instantOf(value) ?? 0, now)) || isUnread(row, 'lastConnectionDate');
  if (start === undefined) return [state, isOdd ? 'when it last had a session is unknown' : 'never had a session'];
  if (ended) return [state, `last session ${wholeSeconds(start)} to ${wholeSeconds(end)} (${age(end, now)})`];
  return [state, `${open ? 'session' : 'last session'} began ${wholeSeconds(start)} (${age(start, now)})`];
}

function networkFacts(reported: Reported, now: number): string[] {
  const reading = reported.get('RadioSignalStrength');
  const strength = reading && isPlaceholder(reading) ? undefined : reading;
  const bearer = bearerName(reported.get('NetworkBearer')?.value);
  const roaming = isRoaming(reported.get('RoamingStatus')?.value);
  return [
    ...(strength
      ? [
          `signal ${strength.value}${bearer ? ` on ${bearer}` : ''} ${strength.at === undefined ? '(age unknown)' : `(${age(strength.at, now)})`}`,
        ]
      : []),
    ...(roaming === undefined ? [] : [roaming ? 'roaming' : 'not roaming']),
  ];
}

/** The rated usage, with the period that it is of as far as the carrier says. */
function usageFacts(reported: Reported, now: number): string[] {
  const used = reported.get('CurrentBillCycleDataRatedUsage');
  const bytes = amountOf(used?.value);
  if (!used || bytes === undefined) return [];
  const asOf = used.at === undefined ? '' : `, as of ${wholeSeconds(used.at).slice(0, 10)}`;
  return [`${bytes} bytes rated ${cycleText(reported, now)}${asOf}`];
}

/** The cycle of the rated usage in words, as far as the carrier says; a cycle that is not the present one is told as such. */
function cycleText(reported: Reported, now: number): string {
  const dateOf = (key: string): number | undefined => instantOf(reported.get(key)?.value);
  const [start, end] = [dateOf('BillingCycleStartDate'), dateOf('BillingCycleEndDate')];
  const text = (ms: number): string => wholeSeconds(ms).slice(0, 10);
  if (end !== undefined && end <= now)
    return `in the cycle on record${start === undefined ? '' : ` from ${text(start)}`} to ${text(end)}, which is over`;
  if (start === undefined) return 'of the billing cycle, its start not reported';
  if (isInFuture(start, now)) return `of the billing cycle, whose start on record, ${text(start)}, lies in the future`;
  return now - start > longestCycleMs ? `since ${text(start)}, longer ago than a billing cycle` : `since ${text(start)}`;
}

/** A month, and a day for the zones of its ends. */
const longestCycleMs = 32 * day;
