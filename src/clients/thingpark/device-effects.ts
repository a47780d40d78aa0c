/** What one change of a device does, from the members it carries. */
import type { Effect } from '../http/endpoint.ts';

/** Members that leave service as it is. */
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

/** A name or a place is a mere write; resuming may cost; plan, model, route and suspension are the worst case. */
export function acts(body: unknown): readonly Effect[] {
  if (body === null || typeof body !== 'object') return ['write', 'billing', 'disruptive'];
  const telling = Object.keys(body).filter((name) => !harmless.has(name));
  if (telling.length === 0) return ['write'];
  if (telling.length > 1 || !('suspension' in body)) return ['write', 'billing', 'disruptive'];
  return body.suspension === 'NONE' ? ['write', 'billing'] : ['write', 'disruptive'];
}
