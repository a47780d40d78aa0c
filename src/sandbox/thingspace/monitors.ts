/** Reachability monitors, which send a callback when a device connects or disconnects. */
import type { World } from '../world.ts';
import { isConnected } from './history.ts';
import { postCallback } from './outbox.ts';
import type { ReachabilityMonitor, TsDevice } from './state.ts';

/** Removes the expired monitors and returns the others. */
export function activeMonitors(world: World): ReachabilityMonitor[] {
  const ts = world.thingspace;
  const now = world.clock.now();
  ts.monitors = ts.monitors.filter((monitor) => monitor.until > now);
  return ts.monitors;
}

/** Reachability of a device as callbacks report it. The values are an assumption, because the documents do not give them. */
export function reachabilityOf(device: TsDevice, now: number): string {
  return isConnected(device, now) ? 'REACHABLE' : 'NOT_REACHABLE';
}

/** Sends a callback for each monitor that matches the new connection state of a device. */
export function notifyMonitors(world: World, device: TsDevice): void {
  const now = world.clock.now();
  const connected = isConnected(device, now);
  for (const monitor of activeMonitors(world)) {
    if (monitor.iccid !== device.iccid || (monitor.type === 'LOSS_OF_CONNECTIVITY') === connected) continue;
    postCallback(world, monitor.account, 'DiagnosticsService', {
      requestId: monitor.requestId,
      deviceIds: [{ id: device.iccid, kind: 'iccid' }],
      deviceResponse: { monitorId: monitor.id, reachability: reachabilityOf(device, now) },
      status: 'Success',
    });
  }
}
