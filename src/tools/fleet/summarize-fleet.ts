import { z } from 'zod';
import { noteOddity } from '../../clients/http/call-scope.ts';
import { instant } from '../../clock.ts';
import { facts } from '../../fleet/facts.ts';
import { age } from '../../fleet/find.ts';
import type { Summary } from '../../fleet/summarise-fleet.ts';
import { sanitize } from '../../text/sanitize.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { table } from '../table.ts';
import { deviceFilters, silentMs } from './filters.ts';
import { failureLines, incompleteLines } from './list-devices.ts';

/** When to ask again for a connection that is still being read, seconds. */
const askAgainSeconds = 20;

export const summarizeFleet = (providers: readonly string[]) =>
  readTool({
    name: 'summarize_fleet',
    toolset: 'fleet',
    title: 'Summarize the fleet',
    description:
      'Shows how many devices and SIMs there are by one or two facts, over all connections, largest groups first. It uses readings up to ten minutes old; fresh: true reads again. For the devices of a group use list_devices with the same filters.',
    deviceScope: 'fleet',
    input: z.strictObject({
      by: z.array(z.enum(facts)).min(1).max(2).describe('one or two facts'),
      ...deviceFilters(providers),
      top: fields.limit(50, 10),
      fresh: z.boolean().optional().describe('reads all again'),
    }),
    output: z.looseObject({ total: z.number(), groups: z.array(z.looseObject({ devices: z.number() })) }),
    example: { by: ['plan', 'state'] },
    async run({ by, connection, provider, silentFor, top, fresh, ...filter }, { fleet, clock }) {
      const facts = [...new Set(by)];
      const ask = { ...filter, silentFor: silentMs(silentFor), by: facts, fresh: fresh === true };
      const summary = await fleet.summarise({ connection, provider }, ask);
      for (const note of summary.notes) noteOddity(note);
      const shown = summary.groups.slice(0, top);
      const rest = summary.groups.slice(top);
      const groups = shown.map(({ values, devices }) => ({
        ...Object.fromEntries(facts.map((fact, n) => [fact, sanitize(values[n] ?? '', 60)])),
        devices,
      }));
      const left = rest.reduce((sum, one) => sum + one.devices, 0);
      const now = clock.now();
      const lines = [`${headline(summary)} by ${facts.join(' and ')}`];
      if (groups.length > 0) lines.push(table(groups.map(({ devices, ...values }) => ({ devices: String(devices), ...values }))));
      if (rest.length > 0) lines.push(`${rest.length} more groups with ${left} devices: raise top, or filter`);
      for (const one of summary.read) lines.push(`${one.connection}: ${one.devices} devices, read ${agoOf(one.at, now)}`);
      for (const one of summary.reading)
        lines.push(`STILL READING ${one.connection}${progressOf(one)}: call again in ${askAgainSeconds} s`);
      lines.push(
        ...failureLines(summary.failures),
        ...incompleteLines(
          summary.read.flatMap(({ connection: name, incomplete }) => (incomplete ? [{ connection: name, reason: incomplete }] : [])),
        ),
      );
      return {
        structured: {
          total: summary.total,
          groups,
          ...(rest.length > 0 ? { others: { groups: rest.length, devices: left } } : {}),
          connections: summary.read.map(({ at, ...one }) => ({ ...one, readAt: instant(at - (at % 1000)) })),
          ...(summary.reading.length > 0 ? { reading: summary.reading } : {}),
          ...(summary.failures.length > 0 ? { failures: summary.failures } : {}),
        },
        text: lines.join('\n'),
        isError: summary.read.length === 0,
      };
    },
  });

/** The number of devices, as a lower limit where a connection was not read to its end. */
function headline({ total, read, reading, failures }: Summary): string {
  if (read.length === 0) return 'nothing was read to its end';
  const partly = reading.length > 0 || failures.length > 0 || read.some(({ incomplete }) => incomplete !== undefined);
  return `${partly ? 'at least ' : ''}${total} devices`;
}

function agoOf(at: number, now: number): string {
  const text = age(at, now);
  return text === 'now' ? text : `${text} ago`;
}

function progressOf({ devices, total }: { devices: number; total?: number }): string {
  if (devices === 0) return '';
  return total === undefined ? `, ${devices} devices so far` : `, ${devices} of ${total} devices`;
}
