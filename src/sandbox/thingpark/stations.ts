/** Initial base stations; one in nine is disconnected. */
import { dice, hexOf } from '../chance.ts';
import type { Base } from '../world.ts';

export interface BaseStation {
  uid: string;
  lrrID: string;
  lrrUUID: string;
  name: string;
  model: string;
  lat: number;
  lon: number;
  /** 1 administrative, 2 GPS. */
  locationType: number;
  rfRegionID: string;
  connected: boolean;
  /** Time of the last change of `connected`, ms since 1970. */
  connectedSince: number;
  lastReboot: number;
  created: number;
  version: number;
  updated?: number;
  command?: { type: string; status: 'PENDING' | 'PROCESSING' | 'COMPLETED' };
}

const day = 86_400_000;

/** Creates one base station per 1,500 devices, at least four. */
export function seedBaseStations({ seed, began, fleet }: Base): BaseStation[] {
  return Array.from({ length: Math.max(4, Math.ceil(fleet / 1500)) }, (_, i): BaseStation => {
    const connected = i % 9 !== 2;
    return {
      uid: String(1222 + i),
      lrrID: (0x10001234 + i).toString(16).toUpperCase(),
      lrrUUID: `7076FF-${hexOf(12, seed, 'lrr', i)}`,
      name: `Roof ${i + 1}`,
      model: 'KERL/WIR2.1',
      lat: Math.round((48.85 + dice(seed, 'lat', i)) * 1e4) / 1e4,
      lon: Math.round((2.35 + dice(seed, 'lon', i)) * 1e4) / 1e4,
      locationType: 2,
      rfRegionID: 'EU868_8channels',
      connected,
      connectedSince: began - Math.round((1 + dice(seed, 'cnx', i) * 20) * day),
      lastReboot: began - Math.round((21 + dice(seed, 'reboot', i) * 60) * day),
      created: began - 500 * day,
      version: 1,
    };
  });
}
