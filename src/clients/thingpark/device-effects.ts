/** Effects of a device update, derived from the fields it contains. */
import type { Effect } from '../http/endpoint.ts';

/** Fields that do not affect service. */
const harmless = new Set([
  'occContext',
  'name',
  'adminLat',
  'adminLon',
  'customerAdminData',
  'motionIndicator',
  'markerID',
  'alarm004',
  'domains',
  'administrativeInfo',
  'geoLatitude',
  'geoLongitude',
]);

/** Name and location are `write`; resuming may also cost money; suspending is disruptive; plan, model and routing have all three effects. */
export function deviceUpdateEffects(body: unknown): readonly Effect[] {
  if (body === null || typeof body !== 'object') return ['write', 'billing', 'disruptive'];
  const relevant = Object.keys(body).filter((name) => !harmless.has(name));
  if (relevant.length === 0) return ['write'];
  if (relevant.length > 1 || !('suspension' in body)) return ['write', 'billing', 'disruptive'];
  return body.suspension === 'NONE' ? ['write', 'billing'] : ['write', 'disruptive'];
}
