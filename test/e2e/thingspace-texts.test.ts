/** What a person reads about each ThingSpace operation. The headline of the usual request leaves nothing to be appended. */
import { expect, it } from 'vitest';

import { startTestServer, yes } from '../support/test-server.ts';

const account = '0442000123-00001';
const pump = '89148000000077000037';
const eid = '89049032000000000000000000007711';
const byIccid = (iccid: string) => ({ deviceIds: [{ id: iccid, kind: 'iccid' }] });
const devices = [byIccid(pump)];
const profile = {
  accountName: account,
  smsrOid: '1.3.6.1',
  devices: [{ deviceIds: [{ id: eid, kind: 'eid' }, ...byIccid(pump).deviceIds] }],
};
const place = {
  customerName: { firstName: 'Avery', lastName: 'Example' },
  address: { addressLine1: '12 Example Way', city: 'Wenatchee', state: 'WA', zip: '98802', country: 'USA' },
};
const group = { accountName: account, groupName: 'West tanks' };

const texts: readonly [operation: string, input: object, text: string][] = [
  [
    'accounts.move',
    { body: { accountName: '0442000123-00002', servicePlan: 'IOTLOW5MB', devices } },
    'move to account 0442000123-00002 on plan IOTLOW5MB. Billed to that account, cost unknown. Undo: move_sims back.',
  ],
  [
    'details.contactInfo',
    { body: { devices, primaryPlaceOfUse: place } },
    'replace the whole place of use, name and street too, now in "Wenatchee" "WA" 98802, country "USA"; the address decides the taxes. Cost unknown. Undo: writing the previous place again; read it with get_device raw first, it is not kept here.',
  ],
  [
    'details.costCenter',
    { body: { devices, costCenter: 'North-4' } },
    'set the cost center to "North-4". Undo: setting the previous cost center again, which is in the record.',
  ],
  [
    'details.costCenter',
    { body: { devices: [byIccid('89148000000077000074')], removeCostCenter: true } },
    'Already in this state: remove the cost center',
  ],
  [
    'details.customFields',
    {
      body: {
        devices,
        customFieldsToUpdate: [
          { key: 'CustomField2', value: 'pump 7' },
          { key: 'CustomField1', value: '' },
        ],
      },
    },
    'set CustomField2 to "pump 7", CustomField1 to nothing. Undo: setting the previous values again, which are in the record.',
  ],
  [
    'devices.activate',
    {
      body: {
        servicePlan: 'IOTLOW5MB',
        mdnZipCode: '98801',
        devices: [{ deviceIds: [{ id: '359000009999994', kind: 'imei' }, ...byIccid('89148000000077000444').deviceIds] }],
      },
    },
    'activate on plan IOTLOW5MB, ZIP 98801, with IMEI 359000009999994, each gets a new number. Billed by plan and contract, cost unknown. Undo: deactivate_sim, which is final for the number.',
  ],
  [
    'devices.deactivate',
    { body: { accountName: account, devices, reasonCode: 'FF', deleteAfterDeactivation: true, etfWaiver: true } },
    'DEACTIVATE, number and IP are lost for good, record and history are deleted too. Termination fee waived only if the contract has waivers. Cannot be undone.',
  ],
  [
    'groups.update',
    {
      path: group,
      body: { newGroupName: 'East', newGroupDescription: 'Level meters east', devicesToRemove: [{ id: pump, kind: 'iccid' }] },
    },
    'in group "West tanks" of account 0442000123-00001: put 1 SIM back into the default group; rename it "East"; describe it as "Level meters east". 11 SIMs depend on it. Undo: the reverse change; the previous groups are in the record.',
  ],
  [
    'groups.remove',
    { path: group },
    'delete the group of account 0442000123-00001; its SIMs move to the default group. 11 SIMs depend on it. Undo: creating it again with the same SIMs, if somebody kept the list (list_groups shows it).',
  ],
  [
    'hardware.change',
    {
      path: { serviceType: '4G' },
      body: {
        deviceIds: byIccid(pump).deviceIds,
        deviceIdsTo: [
          { id: '359000009999994', kind: 'IMEI' },
          { id: '89148000000077000999', kind: 'iccid' },
        ],
        change4gOption: 'ChangeIMEIandICCID',
      },
    },
    'move its 4G service to IMEI 359000009999994, ICCID 89148000000077000999, the old one loses its history. Cost unknown. Cannot be undone.',
  ],
  [
    'hardware.change',
    { path: { serviceType: '4G' }, body: { deviceIds: byIccid(pump).deviceIds, change4gOption: 'ChangeMSISDN' } },
    'give its 4G service a NEW NUMBER, the old one is lost. Cost unknown. Cannot be undone.',
  ],
  [
    'labels.set',
    { body: { accountName: account, labels: [{ ...byIccid(pump), label: { name: 'VIN', value: 'EXAMPLE0000000001' } }] } },
    'ask for label "VIN" as EXAMPLE0000000001, in place of the label it has. Undo: setting the previous label again; it cannot be read.',
  ],
  [
    'plans.change',
    { body: { devices, servicePlan: 'IOTLOW5MB', takeEffect: '2026-12-01' } },
    'change service plan from IOTSHR250MB to IOTLOW5MB, from 2026-12-01 on. Billed by the new plan, cost unknown. Undo: change_service_plan back, one more of the 4 a month.',
  ],
  [
    'profiles.downloadDisable',
    { body: profile },
    `download the profile on eUICC ${eid} through SM-SR 1.3.6.1 and leave it disabled. Undo: deleting the stored profile.`,
  ],
  [
    'profiles.activate',
    {
      body: { accountName: '0442000123-00002', devices: [byIccid('89148000000077000444')], servicePlan: 'IOTLOW5MB', mdnZipCode: '98801' },
    },
    'activate the SIM on plan IOTLOW5MB, ZIP 98801, no profile is enabled. Cost unknown. Undo: deactivating, which is final.',
  ],
  [
    'profiles.deactivate',
    { body: { accountName: account, devices, reasonCode: 'FF', checkFallbackProfile: true } },
    'DEACTIVATE, number and IP are lost for good; refused without a fallback profile. A termination fee may be charged, cost unknown. Cannot be undone.',
  ],
  [
    'reachability.start',
    { body: { accountName: account, requestType: 'LOSS_OF_CONNECTIVITY', monitorExpirationTime: '2026-12-31T00:00:00Z', devices } },
    'ask for a LOSS_OF_CONNECTIVITY monitor until 2026-12-31T00:00:00Z. Undo: stopping it by its monitorId, which only the listener receives.',
  ],
  [
    'sms.send',
    { body: { accountName: account, smsMessage: 'PING', dataEncoding: '8-bit-DATA', deviceIds: byIccid(pump).deviceIds } },
    'hand over an SMS of 4 characters in 8-bit-DATA: "PING". Priced per message by contract, cost unknown. Cannot be undone.',
  ],
  [
    'states.go',
    { body: { serviceName: 'Telemetry', stateName: 'Telemetry Resting', servicePlan: 'IOTLOW5MB', mdnZipCode: '98801', devices } },
    'take to state "Telemetry Resting" of service "Telemetry" on plan IOTLOW5MB, ZIP 98801, which may suspend or stop the SIM. Cost unknown. Undo: taking them to the former state, if the service has a way back.',
  ],
  [
    'stock.add',
    { body: { accountName: account, state: 'Pre-active', devicesToAdd: [byIccid('89148000000077000481')] } },
    'add to account 0442000123-00001 without activating. Cannot be undone.',
  ],
  [
    'triggers.create',
    {
      body: {
        name: 'many SMS',
        ...group,
        triggerCategory: 'DeviceSMSUsage',
        triggerCycle: 'Weekly',
        smsTriggerRequest: { smsType: 'MOMT', comparator: 'gte', threshold: 5 },
      },
    },
    'notify AlertService of DeviceSMSUsage MOMT at least 5 Weekly in group "West tanks" of account 0442000123-00001. 11 SIMs depend on it. Undo: deleting the trigger.',
  ],
];

it.each(texts)('%s says all that it sends: %#', async (operation, input, text) => {
  const { connectClient } = await startTestServer({ flags: { toolsets: 'thingspace,changes,operations' } });
  const { call } = await connectClient({ transport: 'stdio', era: 'auto' });
  const { change } = (await call('change_operation', { operation: `thingspace.${operation}`, input, preview: true })).structured;
  expect([change.summary.replace(/^.* on sandbox-thingspace: /, ''), change.alsoSets]).toEqual([text, undefined]);
});

it('an optional field is appended, and a different value for each SIM stands beside the SIM', async () => {
  const { connectClient } = await startTestServer({ flags: { toolsets: 'thingspace,changes,operations' } });
  const { call, asked } = await connectClient({ transport: 'stdio', era: 'auto', person: yes });
  const change = (operation: string, body: object) =>
    call('change_operation', { operation: `thingspace.${operation}`, input: { body }, preview: true });
  const suspension = (await change('devices.suspend', { devices, withBilling: true })).structured.change;
  expect(suspension.alsoSets).toEqual(['withBilling = true']);
  const activation = { servicePlan: 'IOTLOW5MB', mdnZipCode: '98801', publicIpRestriction: 'unrestricted' };
  const addressed = { ...byIccid('89148000000077000444'), ipAddress: '192.0.2.7' };
  const activated = (await change('devices.activate', { ...activation, devices: [addressed] })).structured.change;
  expect(activated.alsoSets).toEqual(['publicIpRestriction = "unrestricted"']);
  expect(activated.targets[0].becomes).toEqual({ state: 'active', plan: 'IOTLOW5MB', IP: '192.0.2.7' });
  const labels = [pump, '89148000000077000074'].map((iccid, i) => ({
    ...byIccid(iccid),
    label: { name: 'VIN', value: `EXAMPLE000000000${i}` },
  }));
  await call('change_operation', { operation: 'thingspace.labels.set', input: { body: { accountName: account, labels } } });
  expect(asked[0]).toContain('ask for label "VIN" as EXAMPLE0000000000, EXAMPLE0000000001, each SIM its own, in place of');
  expect(asked[0]).toContain(`- ${pump} "tank-0001": label name "VIN", label value EXAMPLE0000000000\n`);
});
