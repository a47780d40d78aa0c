/** SIM and device hardware: replacing either or both, finding SIMs in a different device, and roaming lists. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { IdsOfOne } from './ids.ts';
import { Account, Ref, SafeText } from './safe-text.ts';
import {
  Accepted,
  callbackOnlyDoubt,
  Devices,
  deviceSelectionRequired,
  flatSelection,
  hasDeviceSelection,
  isNotMixed,
  mixedIdSelection,
} from './selection.ts';

const Text = () => z.string().nullish();

const options = ['ChangeICCID', 'ChangeIMEI', 'ChangeIMEIandICCID', 'ChangeMSISDN', '3Gto4G', '4Gto3G', 'ChangeIMEIandEID'] as const;

const change = endpoint({
  id: 'thingspace.hardware.change',
  api: 'm2m',
  route: 'PUT /api/m2m/v1/devices/{serviceType}/actions/deviceId',
  path: { serviceType: 'none' },
  effects: ['destructive', 'billing', 'disruptive'],
  sure: 'documented',
  source: 'change-device-identifier page, SDK',
  doubts: [
    'serviceType is assumed to be 3G or 4G; the literal is not verified',
    'the old identifier loses its history',
    'the new hardware must not be known to the provider',
  ],
  help: 'Changes SIM, hardware or number of an active device; hardware and number cannot change in one call.',
  body: () =>
    z
      .strictObject({
        deviceIds: IdsOfOne(),
        deviceIdsTo: IdsOfOne('new').optional(),
        change4gOption: z.enum(options).optional(),
        assignNonGeoMdn: z.boolean().optional(),
        /** Area code and exchange of the new number; used if assignNonGeoMdn is false. */
        npaNxx: z
          .string()
          .regex(/^\d{6}$/)
          .optional(),
        zipCode: SafeText().optional(),
        servicePlan: Ref('reference').optional(),
        smsrOid: Ref('reference').optional(),
      })
      .refine((body) => body.deviceIdsTo !== undefined || body.change4gOption === 'ChangeMSISDN', {
        path: ['deviceIdsTo'],
        error: 'is required unless change4gOption is ChangeMSISDN',
      })
      .refine((body) => body.smsrOid !== undefined || body.change4gOption !== 'ChangeIMEIandEID', {
        path: ['smsrOid'],
        error: 'is required with ChangeIMEIandEID',
      }),
  reply: () => Accepted(),
  example: {
    path: { serviceType: '4G' },
    body: {
      deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }],
      deviceIdsTo: [{ id: '89148000000077000999', kind: 'iccid' }],
      change4gOption: 'ChangeICCID',
    },
  },
});

const swap = endpoint({
  id: 'thingspace.hardware.swap',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/actions/eidDeviceSwap',
  effects: ['destructive', 'billing', 'disruptive'],
  sure: 'documented',
  source: 'eid-device-swap page',
  doubts: [
    'the body is not verified: deviceIds and deviceIdsTo are guessed by analogy with hardware.change',
    'three callbacks: deactivation, change of identifier, go-to-state',
  ],
  help: 'Moves number, plan and usage history of an eUICC device to a replacement, which is deactivated first.',
  body: () =>
    z.strictObject({
      accountName: Account(),
      deviceIds: IdsOfOne(),
      deviceIdsTo: IdsOfOne(),
      smsrOid: Ref('reference').optional(),
    }),
  reply: () => Accepted(),
  example: {
    body: {
      accountName: '0442000123-00001',
      deviceIds: [{ id: '89049032000000000000000000007711', kind: 'eid' }],
      deviceIdsTo: [{ id: '89049032000000000000000000007755', kind: 'eid' }],
    },
  },
});

const mismatches = endpoint({
  id: 'thingspace.hardware.mismatches',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/actions/list/imeiiccidmismatch',
  effects: [],
  sure: 'documented',
  source: 'find-mismatched-hardware page, SDK',
  cost: 'high',
  help: 'Lists SIMs found in a different device than at activation, over up to 3 months.',
  body: () =>
    z.strictObject({
      filter: z.strictObject({ earliest: SafeText(), latest: SafeText() }),
      /** Each identified by ICCID or MDN. */
      devices: Devices().optional(),
      accountName: Account().optional(),
      groupName: Ref('target').optional(),
    }),
  reply: () =>
    z.looseObject({
      devices: z
        .array(
          z.looseObject({
            accountName: Text(),
            mdn: Text(),
            activationDate: Text(),
            iccid: Text(),
            preImei: Text(),
            postImei: Text(),
            simOtaDate: Text(),
          }),
        )
        .nullish(),
    }),
  example: {
    body: { accountName: '0442000123-00001', filter: { earliest: '2026-01-01T00:00:00Z', latest: '2026-03-01T00:00:00Z' } },
  },
});

const prl = endpoint({
  id: 'thingspace.hardware.prl',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/prl/actions/list',
  effects: [],
  sure: 'documented',
  source: 'retrieve-device-prl-information page, SDK',
  doubts: [`${callbackOnlyDoubt('DevicePRLInformation')}; without one the request is rejected`],
  help: 'Requests the preferred roaming list of 2G and 3G devices; it comes by callback.',
  body: () => z.strictObject(flatSelection()).refine(hasDeviceSelection, deviceSelectionRequired).refine(isNotMixed, mixedIdSelection),
  reply: () => Accepted(),
  example: { body: { accountName: '0442000123-00001', deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }] } },
});

export const hardware = { change, swap, mismatches, prl };
