import { changeResource } from './change.ts';
import { connectionsResource } from './connections.ts';
import type { Resource } from './define.ts';
import { deviceResource } from './device.ts';
import { deviceTrafficResource } from './device-traffic.ts';
import { operationResource } from './operation.ts';

/** In the order of matching: fixed words before members. */
export const resources: readonly Resource[] = [
  connectionsResource,
  changeResource,
  operationResource,
  deviceTrafficResource,
  deviceResource,
];
