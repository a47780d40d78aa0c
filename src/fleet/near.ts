/** Devices that a text may mean although it is not one of their identifiers or names: offered, never chosen. */
import { paginate } from '../clients/http/pages.ts';
import { sanitize } from '../text/sanitize.ts';
import { isNearName, nearReason, normalFormsOf, normalName } from '../vocabulary.ts';
import { type Device, identityOf } from './device.ts';
import type { FleetConnection } from './fleet-connection.ts';

export interface NearDevice {
  device: Device;
  /** The identifier or name that is near. */
  value: string;
  why: string;
}

/** Rows read per connection: beyond them an offer is not worth the requests. */
const scanLimit = 2000;
const maxOffered = 3;
const minLength = 5;

/** Near devices of these connections, at most three. A connection that cannot be read offers none. */
export async function nearDevices(members: readonly FleetConnection[], text: string, signal?: AbortSignal): Promise<NearDevice[]> {
  if (text.trim().length < minLength) return [];
  const found: NearDevice[] = [];
  for (const member of members) {
    if (found.length >= maxOffered) break;
    try {
      found.push(...(await nearIn(member, text, maxOffered - found.length, signal)));
    } catch {
      signal?.throwIfAborted();
    }
  }
  return found;
}

async function nearIn(member: FleetConnection, text: string, limit: number, signal?: AbortSignal): Promise<NearDevice[]> {
  const found: NearDevice[] = [];
  const forms = normalFormsOf(text);
  let scanned = 0;
  for await (const page of paginate((at: string | undefined) => member.source.page({}, at, signal), { identityOf })) {
    for (const device of page.rows) {
      // It is known as it is written: nothing else is meant.
      if (Object.values(device.identifiers).some((value) => forms.includes(value))) return [];
      const near = nearOf(device, text);
      if (near) found.push(near);
    }
    scanned += page.rows.length;
    if (scanned >= scanLimit || found.length >= limit) break;
  }
  return found.slice(0, limit);
}

function nearOf(device: Device, text: string): NearDevice | undefined {
  for (const value of Object.values(device.identifiers)) {
    const why = nearReason(text, value);
    if (why) return { device, value, why };
  }
  if (device.name && isNearName(normalName(text), normalName(device.name))) return { device, value: device.name, why: 'similar name' };
  return undefined;
}

/** The question that offers near devices: `Did you mean A81758FFFE0A0001 (Water meter 1, sandbox-thingpark; bytes reversed)?` */
export function didYouMean(near: readonly NearDevice[]): string | undefined {
  if (near.length === 0) return undefined;
  const offers = near.map(({ device, value, why }) => {
    const handle = value === device.device || value === device.name ? '' : `${device.device}, `;
    const name = device.name && value !== device.name ? `${sanitize(device.name, 40)}, ` : '';
    const shown = value === device.name ? `${device.device} (${sanitize(value, 40)}, ` : `${value} (${handle}${name}`;
    return `${shown}${device.connection}; ${why})`;
  });
  return `Did you mean ${offers.join(' or ')}?`;
}
