import { z } from 'zod';
import { type Comparison, compareDevices, comparisonLines } from '../../fleet/compare.ts';
import type { FindResult } from '../../fleet/find.ts';
import { didYouMean } from '../../fleet/near.ts';
import { rowOf, textRow } from '../../fleet/row.ts';
import { sanitize } from '../../text/sanitize.ts';
import { identifierField, isSpreadsheetNumber, textOnly } from '../../vocabulary.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { table } from '../table.ts';
import { failureLines, incompleteLines } from './list-devices.ts';

const maxShown = 20;

export const findDevice = readTool({
  name: 'find_device',
  toolset: 'fleet',
  title: 'Find a device',
  description:
    'Finds devices by DevEUI, DevAddr, ICCID, IMEI, IMSI, MSISDN, MDN, MEID, ESN, EID, IP, name, or four and more trailing characters. Rows with the same thing number are one device known to several providers; several things are candidates to choose from. For a filtered list use list_devices.',
  deviceScope: 'fleet',
  input: z.strictObject({
    identifier: identifierField(
      'device',
      z
        .string({ error: textOnly('identifier', 'A81758FFFE0A0001') })
        .trim()
        .min(4, 'give at least four characters. Example: A81758FFFE0A0001')
        .max(200)
        .describe('in any spelling'),
    ),
    connection: fields.connection,
  }),
  output: z.looseObject({ devices: z.array(z.looseObject({ thing: z.number(), device: z.string() })), things: z.number() }),
  example: { identifier: '7037' },
  async run({ identifier, connection }, { fleet, clock, signal, progress }) {
    const found = await fleet.find({ connection }, identifier, signal, (scanned) =>
      progress(scanned, undefined, `read ${scanned} devices`),
    );
    const hits = found.hits.slice(0, maxShown);
    const things = new Set(found.hits.map((hit) => hit.thing)).size;
    const rows = hits.map(({ thing, device }) => ({ thing, ...rowOf(device, ['identifiers']) }));
    const leftOut = found.hits.length - hits.length;
    const offer = didYouMean(found.near);
    const mangled = things === 0 && isSpreadsheetNumber(identifier);
    const shared = sharedThings(hits);
    const structured = {
      devices: rows,
      things,
      ...(shared.length > 0 ? { shared } : {}),
      ...(leftOut > 0 ? { leftOut } : {}),
      ...(found.scanned > 0 ? { scanned: found.scanned } : {}),
      ...(found.complete ? {} : { complete: false }),
      ...(found.near.length > 0
        ? { didYouMean: found.near.map(({ device, why }) => ({ device: device.device, connection: device.connection, why })) }
        : {}),
      ...(found.incomplete.length > 0 ? { incomplete: found.incomplete } : {}),
      ...(found.failures.length > 0 ? { failures: found.failures } : {}),
    };
    const conflicting = shared.some((one) => one.conflicting);
    // Connections that cannot hold such an identifier say nothing about whether another one does.
    const nothingRead = found.answered === 0 && found.failures.length > 0;
    const partly = !found.complete || found.failures.length > 0;
    const none = nothingRead
      ? `"${identifier}" could not be looked up`
      : `no device matches "${identifier}"${partly ? ' among those that could be read' : ''}`;
    const many = found.complete ? `${things} candidates, choose one` : `${things} candidates so far, there may be more; choose one`;
    const one = conflicting
      ? `${found.hits.length} records that share ${shared[0]?.same.filter((fact) => !/^(name|state|model) /.test(fact)).join(', ')}, perhaps of different devices`
      : 'one device';
    const head = things === 0 ? none : things === 1 ? one : many;
    const joined = things > 0 && things < found.hits.length && !(things === 1 && conflicting) ? ` in ${found.hits.length} places` : '';
    const lines = [
      `${head}${joined}${leftOut > 0 ? `, ${leftOut} more rows left out` : ''}${found.scanned === 0 ? '' : found.complete ? ` (read ${found.scanned} devices)` : `, search ended after ${found.scanned} devices`}`,
    ];
    if (rows.length > 0) lines.push(table(rows.map(({ thing, ...row }) => ({ thing, ...textRow(row, clock.now()) }))));
    if (mangled)
      lines.push(
        'A spreadsheet turned this identifier into a number, its last digits are lost. Copy it again, with the column formatted as text.',
      );
    if (offer) lines.push(offer);
    for (const one of shared)
      lines.push(
        `thing ${one.thing}, ${one.connections.join(' and ')}: ${comparisonLines(one)
          .map((line) => sanitize(line, 300))
          .join('; ')}`,
      );
    lines.push(...failureLines(found.failures), ...incompleteLines(found.incomplete));
    return { structured, text: lines.join('\n'), isError: nothingRead };
  },
});

/** The things that several connections hold, with what their records agree on and what they do not. */
function sharedThings(hits: FindResult['hits']): ({ thing: number; connections: string[] } & Comparison)[] {
  return [...Map.groupBy(hits, ({ thing }) => thing)].flatMap(([thing, of]) => {
    if (of.length < 2) return [];
    const devices = of.map(({ device }) => device);
    return [{ thing, connections: devices.map(({ connection }) => connection), ...compareDevices(devices) }];
  });
}
