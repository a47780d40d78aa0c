/** History of one device: provisioning and data sessions, oldest first, at most 500 records per call. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { Attribute, DeviceId } from './ids.ts';
import { SafeText } from './safe-text.ts';

const Text = () => z.string().nullish();
const Span = () => z.strictObject({ deviceId: DeviceId(), earliest: SafeText(), latest: SafeText() });
const moreRecords = 'more records: 202 and hasMoreData; continue with earliest = the last timestamp, which repeats the last record';
const example = {
  body: { deviceId: { id: '89148000000077000037', kind: 'iccid' }, earliest: '2026-02-01T00:00:00Z', latest: '2026-03-01T00:00:00Z' },
};

const Provisioned = () =>
  z.looseObject({
    hasMoreData: z.boolean().nullish(),
    provisioningHistory: z.array(
      z.looseObject({
        occurredAt: Text(),
        status: Text(),
        eventBy: Text(),
        /** Activate, Suspend, Restore, Deactivate, Device Move, and undocumented values. */
        eventType: Text(),
        servicePlan: Text(),
        mdn: Text(),
        msisdn: Text(),
        extendedAttributes: z.array(Attribute()).nullish(),
      }),
    ),
  });

const provisioning = endpoint({
  id: 'thingspace.events.provisioning',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/history/actions/list',
  effects: [],
  sure: 'documented',
  source: 'retrieve-device-provisioning-history page, SDK',
  doubts: ['a list with one object in the SDKs; a bare object is read too', moreRecords],
  help: 'Lists the provisioning history of one device: activations, suspensions, moves, with time and plan.',
  body: () => Span(),
  reply: () => z.union([z.array(Provisioned()), Provisioned()]),
  example,
});

const connections = endpoint({
  id: 'thingspace.events.connections',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/connections/actions/listHistory',
  effects: [],
  sure: 'documented',
  source: 'retrieve-device-connection-history page, SDK',
  doubts: [moreRecords, 'after 30 s it fails with UnexpectedError; the same request some seconds later returns the finished list'],
  cost: 'high',
  help: 'Lists the data sessions of one device: each Start, and each Stop with its bytes.',
  body: () => Span(),
  reply: () =>
    z.looseObject({
      hasMoreData: z.boolean().nullish(),
      connectionHistory: z.array(
        z.looseObject({
          occurredAt: Text(),
          /** Event (Start or Stop), BytesUsed, Msisdn. */
          connectionEventAttributes: z.array(Attribute()).nullish(),
          extendedAttributes: z.array(Attribute()).nullish(),
        }),
      ),
    }),
  example,
});

export const events = { provisioning, connections };
