import { z } from 'zod';
import { rowOf, textRow } from '../../fleet/row.ts';
import { withoutSecrets } from '../../text/redact.ts';
import { sanitize, sanitizeDeep } from '../../text/sanitize.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';

export const getDevice = readTool({
  name: 'get_device',
  toolset: 'fleet',
  title: 'Get a device',
  description:
    "Reads one device with all its identifiers, state, plan and last activity; raw: true adds the provider's own object, secrets removed. For identifiers other than a handle use find_device.",
  input: z.strictObject({ device: fields.device, connection: fields.connection, raw: z.boolean().optional() }),
  output: z.looseObject({ device: z.looseObject({ device: z.string(), connection: z.string() }) }),
  example: { device: 'A81758FFFE0A0001' },
  async run({ device: handle, connection, raw: wantsRaw }, { fleet, clock, signal }) {
    const { device, raw, details = {} } = await fleet.getDevice(handle, connection, signal);
    const row = rowOf(device, ['provider', 'providerState', 'identifiers']);
    const more = Object.fromEntries(
      Object.entries(details).map(([name, value]) => [name, typeof value === 'string' ? sanitize(value, 80) : value]),
    );
    const object = wantsRaw ? sanitizeDeep(withoutSecrets(raw)) : undefined;
    const lines = Object.entries({ ...textRow(row, clock.now()), ...(row.lastSeen ? { lastSeen: row.lastSeen } : {}), ...more }).map(
      ([name, value]) => `${name}: ${sanitize(String(value), 120)}`,
    );
    if (object) lines.push(`raw: ${JSON.stringify(object)}`);
    return { structured: { device: { ...row, ...more }, ...(object ? { raw: object } : {}) }, text: lines.join('\n') };
  },
});
