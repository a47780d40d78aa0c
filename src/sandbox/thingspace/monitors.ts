/** Reachability monitors: they speak when a device's connection comes or goes. */
import type { World } from '../world.ts';
import { isConnected } from './history.ts';
import { post } from './outbox.ts';
import type { Monitor, TsDevice } from './seed.ts';

/** The monitors that have not expired. */
export function activeMonitors(world: World): Monitor[] {
  const ts = world.thingspace;
  const now = world.clock.now();
  ts.monitors = ts.monitors.filter((monitor) => monitor.until > now);
  return ts.monitors;
}

/** The words of the connection, our own: documents do not give them. */
export function reachWord(device: TsDevice, now: number): string {
  return isConnected(device, now) ? 'REACHABLE' : 'NOT_REACHABLE';
}

/** Tells the listeners of a device's monitors what has become of its connection. */
export function notice(world: World, device: TsDevice): void {
  const now = world.clock.now();
  const connected = isConnected(device, now);
  for (const monitor of activeMonitors(world)) {
    if (monitor.iccid !== device.iccid || (monitor.type === 'LOSS_OF_CONNECTIVITY') === connected) continue;
    post(world, monitor.account, 'DiagnosticsService', {
      requestId: monitor.requestId,
      deviceIds: [{ id: device.iccid, kind: 'iccid' }],
      deviceResponse: { monitorId: monitor.id, reachability: reachWord(device, now) },
      status: 'Success',
    });
  }
}
