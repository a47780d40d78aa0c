/**
 * Profiles of the Global IoT Orchestration. An eUICC holds a lead profile (Verizon US) and may hold global profiles of local carriers. A profile is
 * named by its ICCID, the eUICC by its EID.
 */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { DeviceIds } from './ids.ts';
import { Account, Ref } from './safe-text.ts';
import { Accepted, callbackOnlyDoubt, Devices } from './selection.ts';

const callbackDoubt = `${callbackOnlyDoubt('DeviceProfileService')}, or to globalDevices.requestStatus`;
const recordDoubt = 'that the device list then shows the state suspend or active is inferred';
const extraDoubt = 'the SDK also sends smsrOid and mdnZipCode, which the page does not name';
const billingDoubt = 'billing while suspended depends on the contract';
const accountName = '0442000123-00001';
const profile = [{ deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }] }];
const eid = { id: '89049032000000000000000000007711', kind: 'eid' };

const OfProfiles = () => z.strictObject({ accountName: Account(), devices: Devices(), servicePlan: Ref('reference').optional() });

/** One eUICC, named by its EID alone. */
const Euicc = () =>
  DeviceIds().refine(({ deviceIds }) => deviceIds.length === 1 && deviceIds[0]?.kind.toLowerCase() === 'eid', {
    path: ['deviceIds'],
    error: 'must be one EID, for example {"deviceIds":[{"id":"89049032000000000000000000007711","kind":"eid"}]}',
  });
const OfEuiccs = () => z.strictObject({ accountName: Account(), devices: z.array(Euicc()).min(1).max(10_000) });

const download = endpoint({
  id: 'thingspace.globalProfiles.download',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/profile/actions/download',
  effects: ['write'],
  sure: 'documented',
  source: 'download-global-profile page, SDK',
  doubts: [callbackDoubt, 'how it differs from download_disable is not documented', 'the device must be on and connected'],
  help: 'Downloads a global profile to eUICC devices without enabling it; an element names EID, ICCID and IMEI of a device.',
  body: () => OfProfiles(),
  reply: () => Accepted(),
  example: {
    body: {
      accountName,
      devices: [{ deviceIds: [eid, { id: '89148000000077000037', kind: 'iccid' }, { id: '359000001200091', kind: 'imei' }] }],
      servicePlan: 'IOTLOW5MB',
    },
  },
});

const suspend = endpoint({
  id: 'thingspace.globalProfiles.suspend',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/profile/actions/profile_suspend',
  effects: ['billing', 'disruptive'],
  sure: 'documented',
  source: 'suspend-profile page, SDK',
  doubts: [callbackDoubt, recordDoubt, extraDoubt, billingDoubt, 'the lead profile is suspended only together with its device'],
  help: 'Suspends global profiles, each named by its ICCID: no service through them.',
  body: () => OfProfiles(),
  reply: () => Accepted(),
  example: { body: { accountName, devices: profile, servicePlan: 'IOTLOW5MB' } },
});

const resume = endpoint({
  id: 'thingspace.globalProfiles.resume',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/profile/actions/profile_resume',
  effects: ['billing'],
  sure: 'documented',
  source: 'resume-profile page, SDK',
  doubts: [callbackDoubt, recordDoubt, extraDoubt],
  help: 'Resumes suspended profiles, each named by its ICCID.',
  body: () => OfProfiles(),
  reply: () => Accepted(),
  example: { body: { accountName, devices: profile, servicePlan: 'IOTLOW5MB' } },
});

const suspendDevice = endpoint({
  id: 'thingspace.globalProfiles.suspendDevice',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/profile/actions/device_suspend',
  effects: ['billing', 'disruptive'],
  sure: 'documented',
  source: 'suspend-device page of Global IoT, SDK',
  doubts: [callbackDoubt, 'one callback per profile and a last one for the device', recordDoubt, extraDoubt, billingDoubt],
  help: 'Suspends eUICC devices with all their active profiles, the lead profile included; a device is named by its EID.',
  body: () => OfEuiccs(),
  reply: () => Accepted(),
  example: { body: { accountName, devices: [{ deviceIds: [eid] }] } },
});

const resumeDevice = endpoint({
  id: 'thingspace.globalProfiles.resumeDevice',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/profile/actions/device_resume',
  effects: ['billing'],
  sure: 'documented',
  source: 'resume-device page of Global IoT; not in the SDK',
  doubts: [callbackDoubt, 'one callback per profile and a last one for the device', recordDoubt],
  help: 'Resumes eUICC devices, named by EID; a profile that was suspended before its device stays suspended.',
  body: () => OfEuiccs(),
  reply: () => Accepted(),
  example: { body: { accountName, devices: [{ deviceIds: [eid] }] } },
});

export const globalProfiles = { download, suspend, resume, suspendDevice, resumeDevice };
