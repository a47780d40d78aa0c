/** A SIM is "already so" only where all that was asked for is so; otherwise the plan names the difference and what changes it. */
import { describe, expect, it } from 'vitest';

import { type FakeAnswer, fakeThingspace, plannerOn } from '../../support/fake-thingspace.ts';

const account = '0442000123-00001';
const iccid = '89148000000077000037';
const imei = '359000001200091';
const list = 'POST /api/m2m/v1/devices/actions/list';
const devices = [{ deviceIds: [{ id: iccid, kind: 'iccid' }] }];

/** An account with one SIM; every other device is unknown. */
const oneSim =
  (state: string): FakeAnswer =>
  ({ route, body }) => {
    if (route.startsWith('GET')) return [{ code: 'IOTLOW5MB' }, { code: 'IOTSHR250MB' }];
    const { id } = (body['deviceId'] ?? {}) as { id?: string };
    if (route !== list || (id !== iccid && id !== imei)) return { hasMoreData: false, devices: [] };
    return {
      devices: [
        {
          accountName: account,
          carrierInformations: [{ state, servicePlan: 'IOTSHR250MB' }],
          deviceIds: [
            { id: iccid, kind: 'iccid' },
            { id: imei, kind: 'imei' },
          ],
          groupNames: ['West tanks'],
          customFields: [{ key: 'CustomField2', value: 'pump 7' }],
          ipAddress: '192.0.2.7',
        },
      ],
    };
  };

const verdictOf = async (operation: string, state: string, body: object): Promise<string | undefined> => {
  const [target] = (await plannerOn(fakeThingspace(oneSim(state)), `thingspace.${operation}`).inspect({ body })).targets;
  return target?.why ?? target?.verdict;
};

describe('devices.activate of an active SIM', () => {
  const activate = (more: object, ids: object[] = []) =>
    verdictOf('devices.activate', 'active', {
      servicePlan: 'IOTSHR250MB',
      mdnZipCode: '98801',
      devices: [{ deviceIds: [{ id: iccid, kind: 'iccid' }, ...ids] }],
      ...more,
    });

  it.each<[string, object, object[], string]>([
    ['the same plan', {}, [], 'unchanged'],
    ['the same IMEI', {}, [{ id: imei, kind: 'imei' }], 'unchanged'],
    [
      'the same group and custom field',
      { groupName: 'West tanks', customFields: [{ key: 'CustomField2', value: 'pump 7' }] },
      [],
      'unchanged',
    ],
    [
      'another plan',
      { servicePlan: 'IOTLOW5MB' },
      [],
      'it is active on plan IOTSHR250MB, not on IOTLOW5MB; change_service_plan changes it',
    ],
    [
      'another IMEI',
      {},
      [{ id: '359000009999994', kind: 'imei' }],
      'it is active with IMEI 359000001200091, not with 359000009999994; swap_sim changes it',
    ],
    ['another group', { groupName: 'East' }, [], 'it is active, but not in group "East"; save_group adds it'],
    [
      'another custom field',
      { customFields: [{ key: 'CustomField2', value: 'pump 8' }] },
      [],
      'it is active, but its "CustomField2" is not "pump 8"; thingspace.details.customFields sets it',
    ],
    [
      'a field that cannot be read',
      { publicIpRestriction: 'unrestricted' },
      [],
      'it is active, and its publicIpRestriction cannot be compared; leave publicIpRestriction out',
    ],
  ])('with %s', async (_, more, ids, expected) => {
    expect(await activate(more, ids)).toBe(expected);
  });

  it('with another address', async () => {
    const addressed = { devices: [{ deviceIds: [{ id: iccid, kind: 'iccid' }], ipAddress: '192.0.2.8' }] };
    expect(await activate(addressed)).toBe(
      'it is active with the address 192.0.2.7, not with 192.0.2.8; only an activation gives an address',
    );
    const same = { devices: [{ deviceIds: [{ id: iccid, kind: 'iccid' }], ipAddress: '192.0.2.7' }] };
    expect(await activate(same)).toBe('unchanged');
  });
});

describe('other operations on a SIM that is there already', () => {
  it.each<[string, string, object, string]>([
    ['devices.suspend', 'suspend', { devices }, 'unchanged'],
    [
      'devices.suspend',
      'suspend',
      { devices, withBilling: true },
      'it is suspended already, and withBilling cannot be compared or set now; leave withBilling out',
    ],
    [
      'devices.restore',
      'active',
      { devices, withBilling: false },
      'it is active already, and withBilling cannot be compared or set now; leave withBilling out',
    ],
    ['devices.deactivate', 'deactive', { accountName: account, devices, reasonCode: 'FF' }, 'unchanged'],
    [
      'devices.deactivate',
      'deactive',
      { accountName: account, devices, reasonCode: 'FF', deleteAfterDeactivation: true },
      'it is deactivated already, but still on record; thingspace.stock.remove deletes it',
    ],
    ['accounts.move', 'active', { accountName: account, devices }, 'unchanged'],
    [
      'accounts.move',
      'active',
      { accountName: account, devices, servicePlan: 'IOTLOW5MB' },
      'it is in that account already, but not on plan IOTLOW5MB; change_service_plan changes it',
    ],
    ['plans.change', 'active', { servicePlan: 'IOTSHR250MB', devices }, 'unchanged'],
    [
      'plans.change',
      'active',
      { servicePlan: 'IOTSHR250MB', devices, carrierIpPoolName: 'EXSTAT001' },
      'it is on that plan already, and its carrierIpPoolName cannot be compared; leave carrierIpPoolName out',
    ],
    ['stock.add', 'pre-active', { accountName: account, state: 'Pre-active', devicesToAdd: devices }, 'unchanged'],
    [
      'stock.add',
      'active',
      { accountName: account, state: 'Pre-active', devicesToAdd: devices },
      'it is in the account already, and it is "active"; leave it out',
    ],
    [
      'stock.add',
      'pre-active',
      { accountName: account, state: 'Pre-active', devicesToAdd: devices, groupName: 'East' },
      'it is in the account already, but not in group East; save_group adds it',
    ],
    [
      'profiles.activateEnable',
      'active',
      { accountName: account, devices, servicePlan: 'IOTSHR250MB' },
      'it is active already, and which profile is enabled cannot be read; switch_profile downloads and enables one',
    ],
    [
      'profiles.activate',
      'active',
      { accountName: account, devices, servicePlan: 'IOTLOW5MB' },
      'it is active, but not on plan IOTLOW5MB; change_service_plan changes it',
    ],
    ['profiles.activate', 'active', { accountName: account, devices, servicePlan: 'IOTSHR250MB' }, 'unchanged'],
  ])('%s, %s: %j', async (operation, state, body, expected) => {
    expect(await verdictOf(operation, state, body)).toBe(expected);
  });
});

it('an activation that names two SIMs in one element is refused', async () => {
  const { inspect } = plannerOn(fakeThingspace(oneSim('pre-active')), 'thingspace.devices.activate');
  const both = [
    { id: imei, kind: 'imei' },
    { id: iccid, kind: 'iccid' },
    { id: '89148000000077000074', kind: 'iccid' },
  ];
  await expect(inspect({ body: { servicePlan: 'IOTLOW5MB', mdnZipCode: '98801', devices: [{ deviceIds: both }] } })).rejects.toThrow(
    `devices: iccid "89148000000077000074" is not known to belong to ${iccid}`,
  );
});
