/** Profiles on an eUICC. Every element contains EID and ICCID (or IMEI) of a device. A device that loses its bootstrap profile cannot be reached again. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { refField } from '../http/identifier-marks.ts';
import { DeviceIds } from './ids.ts';
import { PlaceOfUse } from './place-of-use.ts';
import { Account, Ref, SafeText } from './safe-text.ts';
import { Accepted, callbackOnlyDoubt } from './selection.ts';

// 10,000 in the text, 100 in the SDK: the smaller number is valid for both.
const Devices = () => z.array(DeviceIds()).min(1).max(100);
const OneDevice = () => z.array(DeviceIds()).length(1);
const callbackDoubt = `${callbackOnlyDoubt('DeviceProfileService')}, or to globalDevices.requestStatus`;
const warningDoubt = 'a callback with status warning may precede the final one';

/** Object identifier (OID) of the SM-SR, the server that manages the profiles. */
const SmsrOid = () => refField('reference', SafeText().regex(/^[0-9.]{3,46}$/));
const smsrOid = '1.3.6.1.4.1.99999.1.500.200.101.5';
const example = (eid: string, iccid: string) => ({
  accountName: '0442000123-00001',
  devices: [
    {
      deviceIds: [
        { id: eid, kind: 'eid' },
        { id: iccid, kind: 'iccid' },
      ],
    },
  ],
});
const first = example('89049032000000000000000000007711', '89148000000077000037');

const activateEnable = endpoint({
  id: 'thingspace.profiles.activateEnable',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/profile/actions/activate_enable',
  effects: ['billing'],
  sure: 'documented',
  source: 'SDK, API index',
  doubts: [callbackDoubt, warningDoubt, 'devices in one request: 10,000 in the text, 100 in the SDK'],
  help: 'Activates eUICC devices, then downloads and enables their local profile.',
  body: () =>
    z.strictObject({
      devices: Devices(),
      accountName: Account(),
      servicePlan: Ref('reference').optional(),
      mdnZipCode: SafeText().optional(),
    }),
  reply: () => Accepted(),
  example: { body: { ...first, servicePlan: 'IOTLOW5MB', mdnZipCode: '98801' } },
});

const activate = endpoint({
  id: 'thingspace.profiles.activate',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/profile/actions/activate',
  effects: ['billing'],
  sure: 'documented',
  source: 'activate-device page, SDK',
  doubts: [callbackDoubt, 'primaryPlaceOfUse: an object on the page, a list in the SDK'],
  help: 'Activates eUICC devices without enabling a profile.',
  body: () =>
    z.strictObject({
      accountName: Account(),
      devices: Devices(),
      carrierName: SafeText().optional(),
      servicePlan: Ref('reference').optional(),
      mdnZipCode: SafeText().optional(),
      primaryPlaceOfUse: PlaceOfUse().optional(),
      smsrOid: SmsrOid().optional(),
      carrierIpPoolName: Ref('reference').optional(),
    }),
  reply: () => Accepted(),
  example: { body: { ...first, servicePlan: 'IOTLOW5MB', mdnZipCode: '98801' } },
});

const deactivate = endpoint({
  id: 'thingspace.profiles.deactivate',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/profile/actions/deactivate',
  effects: ['destructive', 'billing', 'disruptive'],
  sure: 'documented',
  source: 'SDK, API index',
  doubts: [
    callbackDoubt,
    'pages write deviceIds and also etfwaiver, the SDK ids and etfWaiver',
    'if omitted, the SDK sends etfWaiver true and checkFallbackProfile false',
    'the effect of checkFallbackProfile is not verified',
  ],
  help: 'Deactivates eUICC devices: MDN and IP are lost; checkFallbackProfile rejects devices without a fallback profile.',
  body: () =>
    z.strictObject({
      accountName: Account(),
      devices: Devices(),
      /** FF is the only valid code. */
      reasonCode: z.literal('FF'),
      carrierName: SafeText().optional(),
      etfWaiver: z.boolean().optional(),
      checkFallbackProfile: z.boolean().optional(),
    }),
  reply: () => Accepted(),
  example: { body: { ...first, reasonCode: 'FF', etfWaiver: false, checkFallbackProfile: true } },
});

const setFallback = endpoint({
  id: 'thingspace.profiles.setFallback',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/profile/actions/setfallbackattribute',
  effects: ['write'],
  sure: 'documented',
  source: 'SDK, API index',
  doubts: [callbackDoubt],
  help: 'Sets the fallback profile of devices.',
  body: () => z.strictObject({ devices: Devices(), accountName: Account(), carrierName: SafeText().optional() }),
  reply: () => Accepted(),
  example: { body: first },
});

// Older pages require smsrOid, newer models do not have it.
const State = () => z.strictObject({ accountName: Account(), smsrOid: SmsrOid().optional(), devices: OneDevice() });

const downloadEnable = endpoint({
  id: 'thingspace.profiles.downloadEnable',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/profile/actions/download_enable',
  effects: ['write'],
  sure: 'documented',
  source: 'download-device-profile page, SDK',
  doubts: [callbackDoubt, warningDoubt, 'one device per request; its ICCID must be active'],
  help: 'Downloads the local profile to one device and enables it.',
  body: () => State(),
  reply: () => Accepted(),
  example: { body: { ...first, smsrOid } },
});

const downloadDisable = endpoint({
  id: 'thingspace.profiles.downloadDisable',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/profile/actions/download_disable',
  effects: ['write'],
  sure: 'documented',
  source: 'SDK',
  doubts: [callbackDoubt, warningDoubt, 'one device per request; its ICCID must be active'],
  help: 'Downloads the local profile to one device and leaves it disabled.',
  body: () => State(),
  reply: () => Accepted(),
  example: { body: { ...first, smsrOid } },
});

const enable = endpoint({
  id: 'thingspace.profiles.enable',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/profile/actions/enable',
  effects: ['write'],
  sure: 'documented',
  source: 'enable-a-device-profile page, SDK',
  doubts: [callbackDoubt, warningDoubt, 'one device per request'],
  help: 'Enables the profile stored on one device.',
  body: () => State(),
  reply: () => Accepted(),
  example: { body: { ...first, smsrOid } },
});

const disable = endpoint({
  id: 'thingspace.profiles.disable',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/profile/actions/disable',
  effects: ['write', 'disruptive'],
  sure: 'documented',
  source: 'SDK, API index',
  doubts: [callbackDoubt, warningDoubt, 'one device per request'],
  help: 'Disables the local profile of one device, which falls back to its bootstrap profile.',
  body: () => State(),
  reply: () => Accepted(),
  example: { body: { ...first, smsrOid } },
});

const remove = endpoint({
  id: 'thingspace.profiles.remove',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/profile/actions/delete',
  effects: ['destructive', 'disruptive'],
  sure: 'documented',
  source: 'delete-a-device-profile page, SDK',
  doubts: [callbackDoubt, warningDoubt, 'one device per request'],
  help: 'Disables and deletes the local profile of one device, which falls back to its bootstrap profile.',
  body: () => State(),
  reply: () => Accepted(),
  example: { body: { ...first, smsrOid } },
});

const renewActivationCode = endpoint({
  id: 'thingspace.profiles.renewActivationCode',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/profile/actions/renew_activation_code',
  effects: ['write'],
  sure: 'documented',
  source: 'renew-activation-code page of Consumer eSIM, SDK',
  doubts: [
    callbackDoubt,
    'the member of the callback that has the code is not verified',
    'whether the previous code stays valid is not documented',
    'an element names EID and ICCID in the text, EID and IMEI in the sample, IMEI and ICCID in the SDK',
  ],
  help: 'Requests a new activation code for deactivated eSIM devices, each named by the ICCID it had; the code comes by callback.',
  body: () =>
    z.strictObject({
      devices: Devices(),
      accountName: Account(),
      servicePlan: Ref('reference').optional(),
      mdnZipCode: SafeText().optional(),
    }),
  reply: () => Accepted(),
  example: { body: { ...first, servicePlan: 'IOTLOW5MB', mdnZipCode: '98801' } },
});

export const profiles = {
  activateEnable,
  activate,
  deactivate,
  setFallback,
  downloadEnable,
  downloadDisable,
  enable,
  disable,
  remove,
  renewActivationCode,
};
