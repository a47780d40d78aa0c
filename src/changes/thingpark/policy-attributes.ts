import type { z } from 'zod';
import { domainNamesIn, groupsIn } from '../../clients/thingpark/device-groups.ts';
import type { DxDevice } from '../../clients/thingpark/dx-devices.ts';
import type { DeviceRead } from './read-device.ts';

export { type Domain, domainNamesIn, domainText, tagNamesIn } from '../../clients/thingpark/device-groups.ts';

/** Attributes that policy rules can match. A device's groups are its tags and domains, where the response contains them. */
export const policyAttributesOf = (device: DeviceRead) => ({
  name: device.name ?? undefined,
  groups: groupsIn(device),
  plan: device.networkSubscription?.ID ?? undefined,
});

/** The same attributes of a DX device, which has no tags. */
export const dxPolicyAttributesOf = (device: z.output<ReturnType<typeof DxDevice>>) => ({
  name: device.name ?? undefined,
  groups: domainNamesIn(device['domains']),
  plan: device.connectivityPlanId ?? undefined,
});
