import { auditResource } from './audit.ts';
import { changeResource } from './change.ts';
import { connectionsResource } from './connections.ts';
import type { Resource } from './define.ts';
import { deviceResource } from './device.ts';
import { deviceTrafficResource } from './device-traffic.ts';
import { operationResource } from './operation.ts';
import { policyResource } from './policy.ts';

/** In matching order: URIs with fixed segments before those with variables. */
export const resources: readonly Resource[] = [
  connectionsResource,
  policyResource,
  changeResource,
  auditResource,
  operationResource,
  deviceTrafficResource,
  deviceResource,
];
