/** eUICC devices of all carriers (version 2 of the API). Lists are delivered by callback. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { DeviceId, ResponseDeviceId } from './ids.ts';
import { Account, SafeText } from './safe-text.ts';
import { Accepted, callbackOnlyDoubt } from './selection.ts';

const callbackDoubt = callbackOnlyDoubt('DeviceProfileService');
const bodyDoubt = 'the callback body is not verified';

const list = endpoint({
  id: 'thingspace.globalDevices.list',
  api: 'm2m',
  route: 'POST /api/m2m/v2/devices/actions/list',
  effects: [],
  sure: 'documented',
  source: 'get-device-list page, SDK',
  doubts: [callbackDoubt, bodyDoubt, 'no paging is known'],
  help: 'Requests the eUICC devices of an account with provisioning and profile status; the list comes by callback.',
  body: () =>
    z.strictObject({
      accountName: Account(),
      provisioningStatusFilter: z
        .enum([
          'DEACTIVATED',
          'ACTIVATED',
          'DEACTIVE',
          'ACTIVE',
          'SUSPEND',
          'PENDING_ACTIVATION',
          'PENDING_DEACTIVATION',
          'PRE_ACTIVE',
          'ACTIVATION_READY',
          'INVENTORY',
          'PURGED',
          'REPLACED',
          'RETIRED',
          'TEST_READY',
          'UNKNOWN',
        ])
        .optional(),
      profileStatusFilter: z
        .enum(['ENABLE', 'DISABLE', 'DOWNLOAD_ENABLE', 'DOWNLOAD_DISABLE', 'NOT_DOWNLOADED', 'DELETE', 'UNKNOWN'])
        .optional(),
      carrierNameFilter: SafeText().optional(),
      deviceFilter: z.array(DeviceId()).min(1).max(50).optional(),
    }),
  reply: () => Accepted(),
  example: { body: { accountName: '0442000123-00001', provisioningStatusFilter: 'ACTIVE' } },
});

const history = endpoint({
  id: 'thingspace.globalDevices.history',
  api: 'm2m',
  route: 'POST /api/m2m/v2/devices/history/actions/list',
  effects: [],
  sure: 'documented',
  source: 'SDK, API index',
  doubts: [callbackDoubt, bodyDoubt, 'deviceFilter: one object on the page, a list of up to 100 in the SDK'],
  help: 'Requests the provisioning history of one eUICC device; it comes by callback.',
  body: () =>
    z.strictObject({
      accountName: Account(),
      deviceFilter: DeviceId(),
      earliest: SafeText().optional(),
      latest: SafeText().optional(),
    }),
  reply: () => Accepted(),
  example: {
    body: {
      accountName: '0442000123-00001',
      deviceFilter: { id: '89049032000000000000000000007711', kind: 'eid' },
      earliest: '2026-02-01T00:00:00Z',
      latest: '2026-03-01T00:00:00Z',
    },
  },
});

// `ids` is a list on the pages, one object in the SDK.
const Subrequest = () =>
  z.looseObject({
    ids: z.union([z.array(ResponseDeviceId()), ResponseDeviceId()]).nullish(),
    status: z.string().nullish(),
    message: z.unknown().optional(),
    reason: z.unknown().optional(),
  });
const Subrequests = () => z.union([z.array(Subrequest()), Subrequest()]).nullish();

const requestStatus = endpoint({
  id: 'thingspace.globalDevices.requestStatus',
  api: 'm2m',
  route: 'GET /api/m2m/v2/accounts/{accountName}/requests/{requestId}/status',
  path: { accountName: 'reference', requestId: 'target' },
  effects: [],
  sure: 'documented',
  source: 'asynch-request-status page, SDK',
  help: 'Reads the status of a request on eUICC devices, per device: Success, Failed or Pending.',
  reply: () =>
    z.looseObject({
      requestId: z.string().nullish(),
      status: z.string(),
      /** `subRequests` on the pages, `subrequests` in the SDK. */
      subRequests: Subrequests(),
      subrequests: Subrequests(),
    }),
  bears: ({ requestId }) => requestId,
  example: { path: { accountName: '0442000123-00001', requestId: '7c2f6a1e-3b0d-4a44-9a52-0d5be1f0a9c3' } },
});

export const globalDevices = { list, history, requestStatus };
