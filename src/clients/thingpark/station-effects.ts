import { memberOf } from '../../text/is-object.ts';
import type { Effect } from '../http/endpoint.ts';

/** The effects of a DX update of a base station: another RF region interrupts reception, everything else is a plain write. */
export function dxStationUpdateEffects(body: unknown): Effect[] {
  return memberOf(body, 'rfRegionId') === undefined ? ['write'] : ['write', 'disruptive'];
}
