import { instant } from '../clock.ts';
import { day } from '../durations.ts';
import { startOfDay } from '../time-slots.ts';
import { connectionNames, deviceHandles, type Resource } from './define.ts';
import { undefinedIfRefused } from './device.ts';

const week = 7 * day;

export const deviceTrafficResource: Resource = {
  name: 'device-traffic',
  title: 'Traffic of a device',
  description: 'What one device sent and received in the last seven days, by day (UTC). Other periods: get_traffic_history.',
  uri: 'iot://{connection}/devices/{device}/traffic',
  sameAs: { name: 'get_traffic_history', toolset: 'fleet' },
  async read({ connection, device }, { fleet, clock }, signal) {
    const found = await undefinedIfRefused(() => fleet.getDevice(device ?? '', connection, signal));
    if (!found) return undefined;
    const from = startOfDay(clock.now() - week, 'UTC') + day;
    const traffic = await fleet.traffic(found.device, { from, to: clock.now(), step: 'P1D', zone: 'UTC' }, signal);
    return {
      device: found.device.device,
      connection: found.device.connection,
      from: instant(from),
      step: 'P1D',
      slots: traffic.slots.map(({ at, ...figures }) => ({ day: instant(at).slice(0, 10), ...figures })),
      notes: traffic.notes,
    };
  },
  complete: { connection: connectionNames, device: deviceHandles },
};
