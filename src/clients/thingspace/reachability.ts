/** Reachability monitors: report every change of a device's reachability until they expire. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { DeviceId } from './ids.ts';
import { Account, Ref, SafeText } from './safe-text.ts';
import { Accepted, callbackOnlyDoubt, Devices } from './selection.ts';

/** REACHABLE_FOR_SMS does not support IMS and high category LTE devices. */
const RequestType = () => z.enum(['REACHABLE_FOR_DATA', 'REACHABLE_FOR_SMS', 'LOSS_OF_CONNECTIVITY']);
const callbackDoubt = callbackOnlyDoubt('DiagnosticsService');
const bodyDoubt = 'the callback bodies are not verified';
const device = { id: '89148000000077000037', kind: 'iccid' };

const start = endpoint({
  id: 'thingspace.reachability.start',
  api: 'm2m',
  route: 'POST /api/m2m/v1/diagnostics/basic/devicereachability',
  effects: ['write'],
  sure: 'documented',
  source: 'monitor-device-reachability page, SDK',
  doubts: [
    callbackDoubt,
    bodyDoubt,
    'all identifiers of one kind: imei, mdn, msisdn or iccid',
    'older pages use monitorType with combined values',
  ],
  help: 'Starts monitors on devices, for up to 3,650 days; the first callback contains the monitorId, later ones report each change.',
  body: () =>
    z.strictObject({
      accountName: Account(),
      requestType: RequestType(),
      /** RFC 3339 date-time. */
      monitorExpirationTime: SafeText(),
      devices: Devices(),
    }),
  reply: () => Accepted(),
  example: {
    body: {
      accountName: '0442000123-00001',
      requestType: 'REACHABLE_FOR_DATA',
      monitorExpirationTime: '2026-12-31T00:00:00Z',
      devices: [{ deviceIds: [device] }],
    },
  },
});

const stop = endpoint({
  id: 'thingspace.reachability.stop',
  api: 'm2m',
  route: 'DELETE /api/m2m/v1/diagnostics/basic/devicereachability',
  effects: ['write'],
  sure: 'documented',
  source: 'stop-device-reachability-monitoring page, SDK',
  doubts: [
    callbackDoubt,
    bodyDoubt,
    'older text: no monitorIds means every monitor of the account',
    'the SDK sends a query instead of a body',
  ],
  help: 'Stops monitors by id.',
  body: () => z.strictObject({ accountName: Account(), monitorIds: z.array(Ref('target')).min(1) }),
  reply: () => Accepted(),
  example: { body: { accountName: '0442000123-00001', monitorIds: ['5f0f2f0e-1a0b-4c6e-b0c7-65f0d2f1a111'] } },
});

const monitors = endpoint({
  id: 'thingspace.reachability.monitors',
  api: 'm2m',
  route: 'POST /api/m2m/v1/diagnostics/basic/devicereachability/monitors',
  effects: [],
  sure: 'documented',
  source: 'retrieve-active-reachability-monitoring page, SDK',
  doubts: [callbackDoubt, bodyDoubt, 'the page writes requestType, the SDK monitorType'],
  help: 'Requests the active monitors of devices; the list callbackDoubt by callback.',
  body: () => z.strictObject({ accountName: Account(), devices: Devices(), requestType: RequestType().optional() }),
  reply: () => Accepted(),
  example: { body: { accountName: '0442000123-00001', devices: [{ deviceIds: [device] }] } },
});

const status = endpoint({
  id: 'thingspace.reachability.status',
  api: 'm2m',
  route: 'POST /api/m2m/v1/diagnostics/basic/devicereachability/status',
  effects: [],
  sure: 'documented',
  source: 'retrieve-reachability-status page, SDK',
  doubts: [callbackDoubt, bodyDoubt],
  help: 'Requests whether one device is reachable now; if not, a second callback follows within requestExpirationTime (default 1 hour).',
  body: () =>
    z.strictObject({
      accountName: Account(),
      device: DeviceId(),
      requestType: RequestType(),
      requestExpirationTime: SafeText().optional(),
    }),
  reply: () => Accepted(),
  example: { body: { accountName: '0442000123-00001', device, requestType: 'REACHABLE_FOR_DATA' } },
});

export const reachability = { start, stop, monitors, status };
