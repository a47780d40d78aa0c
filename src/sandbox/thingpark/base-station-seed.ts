/** Initial base stations; one in nine is disconnected. */
import { day } from '../../durations.ts';
import { seededHex, seededRandom } from '../random.ts';
import type { SeedContext } from '../world.ts';
import type { BaseStation } from './state.ts';

/** Creates one base station per 1,500 devices, at least four. */
export function seedBaseStations({ seed, startedAt, fleet }: SeedContext): BaseStation[] {
  return Array.from({ length: Math.max(4, Math.ceil(fleet / 1500)) }, (_, i): BaseStation => {
    const connected = i % 9 !== 2;
    return {
      uid: String(1222 + i),
      lrrID: (0x10001234 + i).toString(16).toUpperCase(),
      lrrUUID: `7076FF-${seededHex(12, seed, 'lrr', i)}`,
      name: `Roof ${i + 1}`,
      model: 'KERL/WIR2.1',
      lat: Math.round((48.85 + seededRandom(seed, 'lat', i)) * 1e4) / 1e4,
      lon: Math.round((2.35 + seededRandom(seed, 'lon', i)) * 1e4) / 1e4,
      locationType: 2,
      rfRegionID: 'EU868_8channels',
      connected,
      connectedSince: startedAt - Math.round((1 + seededRandom(seed, 'cnx', i) * 20) * day),
      lastReboot: startedAt - Math.round((21 + seededRandom(seed, 'reboot', i) * 60) * day),
      created: startedAt - 500 * day,
      version: 1,
    };
  });
}
