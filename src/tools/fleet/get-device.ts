import { z } from 'zod';
import { compareDevices, comparisonLines } from '../../fleet/compare.ts';
import { rowOf, textRow } from '../../fleet/row.ts';
import type { DeviceDetails } from '../../fleet/source.ts';
import { withoutSecrets } from '../../text/redact.ts';
import { sanitize, sanitizeDeep } from '../../text/sanitize.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { leftOutLines, personalDataRule } from '../personal-data.ts';
import { failureLines } from './list-devices.ts';

const Row = z.looseObject({ device: z.string(), connection: z.string() });

export const getDevice = readTool({
  name: 'get_device',
  toolset: 'fleet',
  title: 'Get a device',
  description:
    "Reads one device with all its identifiers, state, plan and last activity; raw: true adds the provider's own object without secrets, and without personal data unless personal is true. For identifiers other than a handle use find_device.",
  deviceScope: 'fleet',
  input: z.strictObject({ device: fields.device, connection: fields.connection, raw: z.boolean().optional(), personal: fields.personal }),
  output: z.looseObject({ device: Row.optional(), devices: z.array(Row).optional() }),
  example: { device: 'A81758FFFE0A0001' },
  async run({ device: handle, connection, raw: wantsRaw, personal }, { fleet, clock, signal }) {
    const { found, failures } = await fleet.getDevices(handle, connection, signal);
    const records = await Promise.all(
      found.map((one) => recordOf(one, { raw: wantsRaw === true, personal: personal === true }, clock.now(), signal)),
    );
    const leftOut = wantsRaw ? records.reduce((sum, one) => sum + one.leftOut, 0) : 0;
    const unread = { ...(leftOut > 0 ? { personalLeftOut: leftOut } : {}), ...(failures.length > 0 ? { failures } : {}) };
    const [only, ...others] = records;
    if (only && others.length === 0)
      return {
        structured: { device: only.device, ...(only.raw ? { raw: only.raw } : {}), ...unread },
        text: [...only.lines, ...failureLines(failures)].join('\n'),
      };
    const comparison = compareDevices(found.map(({ device }) => device));
    return {
      structured: {
        devices: records.map(({ device, raw }) => ({ ...device, ...(raw ? { raw } : {}) })),
        comparison,
        ...unread,
      },
      text: [
        `${records.length} connections have it; a change must say which`,
        ...comparisonLines(comparison).map((line) => sanitize(line, 600)),
        ...records.flatMap(({ lines }) => ['', ...lines]),
        ...failureLines(failures),
      ].join('\n'),
    };
  },
});

/** One connection's record: its row with the facts that have no column, the same in lines, and the provider's object where wanted. */
async function recordOf(
  { device, raw, details = {}, moreDetails }: DeviceDetails,
  wants: { raw: boolean; personal: boolean },
  now: number,
  signal: AbortSignal,
) {
  const row = rowOf(device, ['provider', 'providerState', 'identifiers']);
  const facts = { ...details, ...(await moreDetails?.(signal)) };
  const more = Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, typeof value === 'string' ? sanitize(value, 80) : value]),
  );
  const shown = personalDataRule(withoutSecrets(raw), wants.personal);
  const object = wants.raw ? sanitizeDeep(shown.value) : undefined;
  const lines = Object.entries({ ...textRow(row, now), ...(row.lastSeen ? { lastSeen: row.lastSeen } : {}), ...more }).map(
    ([name, value]) => `${name}: ${sanitize(String(value), 120)}`,
  );
  if (object) lines.push(`raw: ${JSON.stringify(object)}`, ...leftOutLines(shown.leftOut));
  return { device: { ...row, ...more }, raw: object, lines, leftOut: shown.leftOut };
}
