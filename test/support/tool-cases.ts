/** One call of every curated change tool, and the operation with the input that gives the same plan. */
import type { World } from '../../src/sandbox/world.ts';

const iccid = (id: string) => ({ deviceIds: [{ id, kind: 'iccid' }] });
const active = '89148000000077000037';
const suspended = '89148000000077000333';
const account = '0442000123-00001';
const eid = '89049032000000000000000000007711';
const fridge = 'A81758FFFE0A0001';
const alarm = '6aef4c74a1ae420400001007';
const product = { product: 'SMS MO/MT', action: 'disable' };

export interface ToolCase {
  tool: string;
  args: Record<string, unknown>;
  operation: string;
  input: Record<string, unknown>;
  /** Prepares the sandbox state that the change needs. */
  first?: (world: World) => unknown;
}

export const toolCases: readonly ToolCase[] = [
  {
    tool: 'add_lorawan_device',
    args: {
      name: 'Fridge 1',
      devEui: 'A81758FFFE0B0001',
      model: 'SMTC/LoRaMoteA.1_EU',
      activation: 'OTAA',
      joinEui: 'A81758FFFE000000',
      appKey: '00112233445566778899AABBCCDDEEFF',
      connectivityPlan: 'acme-cs/standard',
      appServers: ['TWA_199982747.1972.AS'],
    },
    operation: 'thingpark.devices.create',
    input: {
      query: { networkSubscriptionsHandlingMode: 'ADVANCED' },
      body: {
        EUI: 'A81758FFFE0B0001',
        name: 'Fridge 1',
        connectivity: 'LORAWAN',
        activation: 'OTAA',
        model: { ID: 'SMTC/LoRaMoteA.1_EU' },
        appEUI: 'A81758FFFE000000',
        appKey: '00112233445566778899AABBCCDDEEFF',
        networkSubscription: { ID: 'acme-cs/standard' },
        appServers: [{ ID: 'TWA_199982747.1972.AS' }],
      },
    },
  },
  {
    tool: 'update_device',
    args: { device: fridge, name: 'Fridge 1', connectivityPlan: 'acme-cs/standard', appServers: [], latitude: 1, longitude: 2 },
    operation: 'thingpark.devices.update',
    input: {
      path: { deviceUid: `e${fridge}` },
      query: { networkSubscriptionsHandlingMode: 'ADVANCED' },
      body: { name: 'Fridge 1', networkSubscription: { ID: 'acme-cs/standard' }, appServers: [], adminLat: 1, adminLon: 2 },
    },
  },
  {
    tool: 'suspend_device',
    args: { devices: [fridge] },
    operation: 'thingpark.devices.update',
    input: { path: { deviceUid: `e${fridge}` }, body: { suspension: 'SUBSCRIBER_SUSPENDED' } },
  },
  {
    tool: 'resume_device',
    args: { devices: [fridge] },
    operation: 'thingpark.devices.update',
    input: { path: { deviceUid: `e${fridge}` }, body: { suspension: 'NONE' } },
    first: ({ thingpark }) => Object.assign(thingpark.devices.get(fridge) ?? {}, { suspended: true }),
  },
  {
    tool: 'delete_device',
    args: { devices: [fridge] },
    operation: 'thingpark.devices.delete',
    input: { path: { deviceUid: `e${fridge}` } },
  },
  {
    tool: 'send_downlink',
    args: { device: fridge, port: 10, payload: '0102ff', confirmed: true, flushQueue: true },
    operation: 'thingpark.devices.downlink',
    input: { path: { deviceUid: `e${fridge}` }, query: { payload: '0102FF', fPort: 10, confirmed: true, flushDownlinkQueue: true } },
  },
  {
    tool: 'move_devices_to_plan',
    args: { devices: [fridge], connectivityPlan: 'acme-cs/trial' },
    operation: 'thingpark.devices.update',
    input: {
      path: { deviceUid: `e${fridge}` },
      query: { networkSubscriptionsHandlingMode: 'ADVANCED' },
      body: { networkSubscription: { ID: 'acme-cs/trial' } },
    },
    first: ({ thingpark }) => Object.assign(thingpark.plans[1] ?? {}, { granted: 9 }),
  },
  {
    tool: 'acknowledge_alarms',
    args: { alarms: [alarm] },
    operation: 'thingpark.alarms.ack',
    input: { body: { alarmUids: [alarm] } },
  },
  {
    tool: 'add_cellular_device',
    args: {
      name: 'Gate 7',
      sim: '8988247000000000999',
      imei: '359000000000999',
      model: 'CUSTOM/LTE_Dongle',
      connectivityPlan: 'acme-cs/cellular-cp',
      networkContext: 'acme-context',
      appServers: ['TWA_199900001.81.AS'],
    },
    operation: 'thingpark.cellularDevices.create',
    input: {
      query: { networkSubscriptionsHandlingMode: 'ADVANCED' },
      body: {
        connectivity: 'CELLULAR',
        name: 'Gate 7',
        sim: { ID: '8988247000000000999' },
        enforcedIMEI: '359000000000999',
        model: { ID: 'CUSTOM/LTE_Dongle' },
        networkSubscription: { ID: 'acme-cs/cellular-cp' },
        networkContext: { ID: 'acme-context' },
        appServers: [{ ID: 'TWA_199900001.81.AS' }],
      },
    },
  },
  {
    tool: 'add_app_server',
    args: { name: 'Lake', url: 'https://lake.example/uplinks' },
    operation: 'thingpark.appServers.create',
    input: {
      body: {
        name: 'Lake',
        type: 'HTTP',
        contentType: 'json',
        destinations: [{ addresses: ['https://lake.example/uplinks'], ports: '*', strategy: 'SEQUENTIAL' }],
      },
    },
  },
  {
    tool: 'add_multicast_group',
    args: {
      name: 'Street lights',
      eui: 'A81758FFFE0B0001',
      devAddr: '04AB0001',
      class: 'B',
      pingSlotPeriod: '16',
      nwkSKey: '00112233445566778899AABBCCDDEEFF',
      gatewayTags: ['north'],
    },
    operation: 'thingpark.multicastGroups.create',
    input: {
      body: {
        name: 'Street lights',
        EUI: 'A81758FFFE0B0001',
        nwAddress: '04AB0001',
        class: 'B',
        pingSlotPeriod: 16,
        nwKey: '00112233445566778899AABBCCDDEEFF',
        bss: { tags: [{ name: 'north', namespace: 'OPERATOR' }] },
      },
    },
  },
  {
    tool: 'cancel_order',
    args: { order: '7001' },
    operation: 'thingpark.orders.cancel',
    input: { path: { orderRef: '7001' } },
  },
  {
    tool: 'add_subscriber',
    args: { name: 'ACME Cold Chain', userEmail: 'cold@example.com', userLastName: 'Doe' },
    operation: 'thingpark.subscribers.create',
    input: { body: { name: 'ACME Cold Chain', primaryUser: { email: 'cold@example.com', lastName: 'Doe' } } },
  },
  {
    tool: 'invite_user',
    args: { email: 'new@example.com', firstName: 'New', scopes: ['SUBSCRIBER:983'] },
    operation: 'thingpark.users.create',
    input: { body: { email: 'new@example.com', firstName: 'New', scopes: ['SUBSCRIBER:983'] } },
  },
  {
    tool: 'create_order',
    args: { offer: 'acme-vendor/lorawan-100', subscriber: '199900002', processingStrategy: 'ROUTE' },
    operation: 'thingpark.orders.create',
    input: { query: { withProcessingStrategyId: 'ROUTE' }, body: { offerId: 'acme-vendor/lorawan-100', subscriberId: '199900002' } },
  },
  {
    tool: 'activate_sim',
    args: { sims: [{ iccid: '89148000000077000444' }, { iccid: active }], servicePlan: 'IOTLOW5MB', zipCode: '98801' },
    operation: 'thingspace.devices.activate',
    input: { body: { servicePlan: 'IOTLOW5MB', mdnZipCode: '98801', devices: [iccid('89148000000077000444'), iccid(active)] } },
  },
  {
    tool: 'suspend_sim',
    args: { sims: [{ iccid: active }, { iccid: suspended }] },
    operation: 'thingspace.devices.suspend',
    input: { body: { devices: [iccid(active), iccid(suspended)] } },
  },
  {
    tool: 'restore_sim',
    args: { sims: [{ iccid: suspended }] },
    operation: 'thingspace.devices.restore',
    input: { body: { devices: [iccid(suspended)] } },
  },
  {
    tool: 'deactivate_sim',
    args: { sims: [{ iccid: active }], etfWaiver: true },
    operation: 'thingspace.devices.deactivate',
    input: { body: { accountName: account, devices: [iccid(active)], reasonCode: 'FF', etfWaiver: true } },
  },
  {
    tool: 'change_service_plan',
    args: { sims: [{ iccid: active }, { iccid: '89148000000077000074' }], servicePlan: 'IOTLOW5MB' },
    operation: 'thingspace.plans.change',
    input: { body: { servicePlan: 'IOTLOW5MB', devices: [iccid(active), iccid('89148000000077000074')] } },
  },
  {
    tool: 'send_sms',
    args: { sims: [{ iccid: active }], message: 'PING' },
    operation: 'thingspace.sms.send',
    input: { body: { accountName: account, smsMessage: 'PING', deviceIds: [{ id: active, kind: 'iccid' }] } },
  },
  {
    tool: 'take_sms',
    args: { next: '3', account },
    operation: 'thingspace.sms.take',
    input: { path: { accountName: account }, query: { next: '3' } },
  },
  {
    tool: 'save_group',
    args: { group: 'West tanks', account, add: [{ iccid: '89148000000077000148' }] },
    operation: 'thingspace.groups.update',
    input: {
      path: { accountName: account, groupName: 'West tanks' },
      body: { devicesToAdd: [{ id: '89148000000077000148', kind: 'iccid' }] },
    },
  },
  {
    tool: 'move_sims',
    args: { sims: [{ iccid: active }], toAccount: '0442000123-00002' },
    operation: 'thingspace.accounts.move',
    input: { body: { accountName: '0442000123-00002', devices: [iccid(active)] } },
  },
  {
    tool: 'swap_sim',
    args: { iccid: active, newIccid: '89148000000077000999' },
    operation: 'thingspace.hardware.change',
    input: {
      path: { serviceType: '4G' },
      body: {
        deviceIds: [{ id: active, kind: 'iccid' }],
        deviceIdsTo: [{ id: '89148000000077000999', kind: 'iccid' }],
        change4gOption: 'ChangeICCID',
      },
    },
  },
  {
    tool: 'switch_profile',
    args: { act: 'download', eid, iccid: active, smsrOid: '1.3.6.1', account },
    operation: 'thingspace.profiles.downloadEnable',
    input: {
      body: {
        accountName: account,
        smsrOid: '1.3.6.1',
        devices: [
          {
            deviceIds: [
              { id: eid, kind: 'eid' },
              { id: active, kind: 'iccid' },
            ],
          },
        ],
      },
    },
  },
  {
    tool: 'set_labels',
    args: { sims: [{ iccid: active }], name: 'VIN', value: 'EXAMPLE0000000001' },
    operation: 'thingspace.labels.set',
    input: { body: { accountName: account, labels: [{ ...iccid(active), label: { name: 'VIN', value: 'EXAMPLE0000000001' } }] } },
  },
  {
    tool: 'watch_reachability',
    args: { sims: [{ iccid: active }], until: '2026-12-31T00:00:00Z' },
    operation: 'thingspace.reachability.start',
    input: {
      body: {
        accountName: account,
        requestType: 'REACHABLE_FOR_DATA',
        monitorExpirationTime: '2026-12-31T00:00:00Z',
        devices: [iccid(active)],
      },
    },
  },
  {
    tool: 'send_nidd',
    args: { sims: [{ iccid: active }], payload: 'UElORw==' },
    operation: 'thingspace.nidd.send',
    input: {
      body: { accountName: account, deviceIds: [{ id: active, kind: 'iccid' }], maximumDeliveryTime: 600, message: 'UElORw==' },
    },
  },
  {
    tool: 'set_usage_trigger',
    args: { name: 'heavy', group: 'Default: 0442000123-00002', megabytes: 50, account: '0442000123-00002' },
    operation: 'thingspace.triggers.create',
    input: {
      body: {
        name: 'heavy',
        accountName: '0442000123-00002',
        groupName: 'Default: 0442000123-00002',
        triggerCategory: 'DeviceDataUsage',
        triggerCycle: 'Monthly',
        dataTriggerRequest: { comparator: 'gt', threshold: 50, thresholdUnit: 'MB' },
      },
    },
  },
  {
    tool: 'toggle_product',
    args: { subscribers: ['8944990000001000010'], ...product },
    operation: 'iotx.products.change',
    input: { path: { physicalId: '8944990000001000010' }, body: { ...product, service: 'SMS MO/MT' } },
  },
  {
    tool: 'provision_subscriber',
    args: { sims: [{ iccid: '89449900000020000109', nickname: 'pump-20' }], tariff: 4711 },
    operation: 'iotx.provisioning.activate',
    input: { path: { physicalId: '89449900000020000109' }, body: { productSetId: 4711, subscriberNickname: 'pump-20' } },
  },
];
