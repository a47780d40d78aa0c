/** One pinned request per ThingSpace operation: method, path and query, and the exact body. */
import type { AnyInput } from '../../../src/clients/http/endpoint.ts';

/** An input and the request that it must produce. */
export interface Pin {
  id: string;
  input: AnyInput;
  /** Method, then path and query. */
  sent: string;
  body?: string;
}

/** An eUICC device as identified in profile requests. */
export const euicc = {
  deviceIds: [
    { id: '89049032000000000000000000007711', kind: 'eid' },
    { id: '89148000000077000037', kind: 'iccid' },
  ],
};

export const pins: readonly Pin[] = [
  {
    id: 'thingspace.session.resetPassword',
    input: { body: { oldPassword: "pass'word" } },
    sent: 'PUT /api/m2m/v1/session/password/actions/reset',
    body: '{"oldPassword":"pass\'word"}',
  },
  {
    id: 'thingspace.accounts.skus',
    input: { path: { accountName: '0442000123-00001' } },
    sent: 'POST /api/m2m/v1/accounts/0442000123-00001/sku',
  },
  {
    id: 'thingspace.accounts.move',
    input: {
      body: {
        accountName: '0442000123-00002',
        devices: [{ deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }] }],
        servicePlan: 'IOTLOW5MB',
        carrierIpPoolName: 'EXDYN002',
      },
    },
    sent: 'PUT /api/m2m/v1/devices/actions/move',
    body: '{"accountName":"0442000123-00002","devices":[{"deviceIds":[{"id":"89148000000077000037","kind":"iccid"}]}],"servicePlan":"IOTLOW5MB","carrierIpPoolName":"EXDYN002"}',
  },
  {
    id: 'thingspace.plans.change',
    input: {
      body: { servicePlan: 'IOTSHR250MB', accountName: '0442000123-00001', groupName: 'West tanks', currentServicePlan: 'IOTLOW5MB' },
    },
    sent: 'PUT /api/m2m/v1/devices/actions/plan',
    body: '{"servicePlan":"IOTSHR250MB","accountName":"0442000123-00001","groupName":"West tanks","currentServicePlan":"IOTLOW5MB"}',
  },
  {
    id: 'thingspace.leads.list',
    input: { path: { accountName: '0442000123-00001' }, query: { next: '2' } },
    sent: 'GET /api/m2m/v1/leads/0442000123-00001?next=2',
  },
  {
    id: 'thingspace.stock.availability',
    input: {
      body: {
        accountName: '0442000123-00001',
        devices: [
          {
            deviceIds: [
              { id: '359000001200091', kind: 'imei' },
              { id: '89148000000077000037', kind: 'iccid' },
            ],
          },
        ],
      },
    },
    sent: 'POST /api/m2m/v1/devices/availability/actions/list',
    body: '{"accountName":"0442000123-00001","devices":[{"deviceIds":[{"id":"359000001200091","kind":"imei"},{"id":"89148000000077000037","kind":"iccid"}]}]}',
  },
  {
    id: 'thingspace.stock.add',
    input: {
      body: {
        state: 'Pre-active',
        devicesToAdd: [{ deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }] }],
        accountName: '0442000123-00001',
        customFields: [{ key: 'CustomField1', value: 'pump 7' }],
        groupName: 'West tanks',
        skuNumber: 'EXSKU0001',
      },
    },
    sent: 'POST /api/m2m/v1/devices/actions/add',
    body: '{"state":"Pre-active","devicesToAdd":[{"deviceIds":[{"id":"89148000000077000037","kind":"iccid"}]}],"accountName":"0442000123-00001","customFields":[{"key":"CustomField1","value":"pump 7"}],"groupName":"West tanks","skuNumber":"EXSKU0001"}',
  },
  {
    id: 'thingspace.stock.remove',
    input: { body: { devicesToDelete: [{ deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }] }], accountName: '0442000123-00001' } },
    sent: 'POST /api/m2m/v1/devices/actions/delete',
    body: '{"devicesToDelete":[{"deviceIds":[{"id":"89148000000077000037","kind":"iccid"}]}],"accountName":"0442000123-00001"}',
  },
  {
    id: 'thingspace.details.customFields',
    input: {
      body: {
        accountName: '0442000123-00001',
        customFields: [{ key: 'CustomField1', value: 'pump 7' }],
        customFieldsToUpdate: [{ key: 'CustomField2', value: '' }],
      },
    },
    sent: 'PUT /api/m2m/v1/devices/actions/customFields',
    body: '{"accountName":"0442000123-00001","customFields":[{"key":"CustomField1","value":"pump 7"}],"customFieldsToUpdate":[{"key":"CustomField2","value":""}]}',
  },
  {
    id: 'thingspace.details.costCenter',
    input: { body: { devices: [{ deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }] }], costCenter: 'North-4' } },
    sent: 'PUT /api/m2m/v1/devices/costCenter',
    body: '{"devices":[{"deviceIds":[{"id":"89148000000077000037","kind":"iccid"}]}],"costCenter":"North-4"}',
  },
  {
    id: 'thingspace.details.contactInfo',
    input: {
      body: {
        primaryPlaceOfUse: {
          customerName: { firstName: 'Avery', lastName: 'Example' },
          address: { addressLine1: '12 Example Way', city: 'Wenatchee', state: 'WA', zip: '98801', country: 'USA' },
        },
        devices: [{ deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }] }],
      },
    },
    sent: 'PUT /api/m2m/v1/devices/actions/contactInfo',
    body: '{"primaryPlaceOfUse":{"customerName":{"firstName":"Avery","lastName":"Example"},"address":{"addressLine1":"12 Example Way","city":"Wenatchee","state":"WA","zip":"98801","country":"USA"}},"devices":[{"deviceIds":[{"id":"89148000000077000037","kind":"iccid"}]}]}',
  },
  {
    id: 'thingspace.hardware.change',
    input: {
      path: { serviceType: '4G' },
      body: {
        deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }],
        deviceIdsTo: [{ id: '89148000000077000999', kind: 'iccid' }],
        change4gOption: 'ChangeICCID',
      },
    },
    sent: 'PUT /api/m2m/v1/devices/4G/actions/deviceId',
    body: '{"deviceIds":[{"id":"89148000000077000037","kind":"iccid"}],"deviceIdsTo":[{"id":"89148000000077000999","kind":"iccid"}],"change4gOption":"ChangeICCID"}',
  },
  {
    id: 'thingspace.hardware.swap',
    input: {
      body: {
        accountName: '0442000123-00001',
        deviceIds: [{ id: '89049032000000000000000000007711', kind: 'eid' }],
        deviceIdsTo: [{ id: '89049032000000000000000000007755', kind: 'eid' }],
      },
    },
    sent: 'POST /api/m2m/v1/devices/actions/eidDeviceSwap',
    body: '{"accountName":"0442000123-00001","deviceIds":[{"id":"89049032000000000000000000007711","kind":"eid"}],"deviceIdsTo":[{"id":"89049032000000000000000000007755","kind":"eid"}]}',
  },
  {
    id: 'thingspace.hardware.mismatches',
    input: {
      body: {
        filter: { earliest: '2026-02-01T00:00:00Z', latest: '2026-03-01T00:00:00Z' },
        devices: [{ deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }] }],
        accountName: '0442000123-00001',
      },
    },
    sent: 'POST /api/m2m/v1/devices/actions/list/imeiiccidmismatch',
    body: '{"filter":{"earliest":"2026-02-01T00:00:00Z","latest":"2026-03-01T00:00:00Z"},"devices":[{"deviceIds":[{"id":"89148000000077000037","kind":"iccid"}]}],"accountName":"0442000123-00001"}',
  },
  {
    id: 'thingspace.hardware.prl',
    input: { body: { deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }], accountName: '0442000123-00001' } },
    sent: 'POST /api/m2m/v1/devices/prl/actions/list',
    body: '{"deviceIds":[{"id":"89148000000077000037","kind":"iccid"}],"accountName":"0442000123-00001"}',
  },
  {
    id: 'thingspace.states.list',
    input: { path: { accountName: '0442000123-00001' } },
    sent: 'GET /api/m2m/v1/accounts/0442000123-00001/statesandservices',
  },
  {
    id: 'thingspace.states.go',
    input: {
      body: {
        serviceName: 'Telemetry',
        stateName: 'Telemetry On',
        servicePlan: 'IOTLOW5MB',
        mdnZipCode: '98801',
        filter: { account: '0442000123-00001', groupName: 'West tanks' },
      },
    },
    sent: 'PUT /api/m2m/v1/devices/actions/gotostate',
    body: '{"serviceName":"Telemetry","stateName":"Telemetry On","servicePlan":"IOTLOW5MB","mdnZipCode":"98801","filter":{"account":"0442000123-00001","groupName":"West tanks"}}',
  },
  {
    id: 'thingspace.orders.status',
    input: {
      body: {
        accountName: '0442000123-00001',
        devices: [{ deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }] }],
        orderRequestId: '3d2f6a1e-3b0d-4a44-9a52-0d5be1f0a9c3',
      },
    },
    sent: 'POST /api/m2m/v1/devices/requests/status',
    body: '{"accountName":"0442000123-00001","devices":[{"deviceIds":[{"id":"89148000000077000037","kind":"iccid"}]}],"orderRequestId":"3d2f6a1e-3b0d-4a44-9a52-0d5be1f0a9c3"}',
  },
  {
    id: 'thingspace.diagnostics.basic',
    input: { body: { accountName: '0442000123-00001', deviceList: { id: '2085550101', kind: 'mdn' } } },
    sent: 'POST /api/m2m/v1/devices/diagnostics/actions/list',
    body: '{"accountName":"0442000123-00001","deviceList":{"id":"2085550101","kind":"mdn"}}',
  },
  {
    id: 'thingspace.diagnostics.extended',
    input: { body: { accountName: '0442000123-00001', deviceList: [{ id: '2085550101', kind: 'mdn' }] } },
    sent: 'POST /api/m2m/v1/devices/extendeddiagnostics/actions/list',
    body: '{"accountName":"0442000123-00001","deviceList":[{"id":"2085550101","kind":"mdn"}]}',
  },
  {
    id: 'thingspace.diagnostics.suspension',
    input: { body: { accountName: '0442000123-00001', filter: { groupName: 'West tanks' } } },
    sent: 'POST /api/m2m/v1/devices/suspension/status',
    body: '{"accountName":"0442000123-00001","filter":{"groupName":"West tanks"}}',
  },
  {
    id: 'thingspace.usage.aggregate',
    input: {
      body: {
        startTime: '2026-02-01T00:00:00Z',
        endTime: '2026-03-01T00:00:00Z',
        label: [{ name: 'VIN', value: 'EX1' }],
        accountName: '0442000123-00001',
      },
    },
    sent: 'POST /api/m2m/v1/devices/usage/actions/list/aggregate',
    body: '{"startTime":"2026-02-01T00:00:00Z","endTime":"2026-03-01T00:00:00Z","label":[{"name":"VIN","value":"EX1"}],"accountName":"0442000123-00001"}',
  },
  {
    id: 'thingspace.usage.billed',
    input: {
      body: { accountName: '0442000123-00001', labels: [{ name: 'VIN', value: 'EX1' }], billingCycle: { year: '2026', month: '01' } },
    },
    sent: 'POST /api/m2m/v1/devices/usage/actions/billedusage',
    body: '{"accountName":"0442000123-00001","labels":[{"name":"VIN","value":"EX1"}],"billingCycle":{"year":"2026","month":"01"}}',
  },
  {
    id: 'thingspace.usage.billedList',
    input: {
      body: {
        accountName: '0442000123-00001',
        deviceIds: [{ id: '89049032000000000000000000007711', kind: 'eid' }],
        billingCycle: { year: '2026', month: '01' },
      },
    },
    sent: 'POST /api/m2m/v1/devices/usage/actions/billedusage/list',
    body: '{"accountName":"0442000123-00001","deviceIds":[{"id":"89049032000000000000000000007711","kind":"eid"}],"billingCycle":{"year":"2026","month":"01"}}',
  },
  {
    id: 'thingspace.events.provisioning',
    input: {
      body: { deviceId: { id: '89148000000077000037', kind: 'iccid' }, earliest: '2026-02-01T00:00:00Z', latest: '2026-03-01T00:00:00Z' },
    },
    sent: 'POST /api/m2m/v1/devices/history/actions/list',
    body: '{"deviceId":{"id":"89148000000077000037","kind":"iccid"},"earliest":"2026-02-01T00:00:00Z","latest":"2026-03-01T00:00:00Z"}',
  },
  {
    id: 'thingspace.events.connections',
    input: {
      body: { deviceId: { id: '89148000000077000037', kind: 'iccid' }, earliest: '2026-02-01T00:00:00Z', latest: '2026-03-01T00:00:00Z' },
    },
    sent: 'POST /api/m2m/v1/devices/connections/actions/listHistory',
    body: '{"deviceId":{"id":"89148000000077000037","kind":"iccid"},"earliest":"2026-02-01T00:00:00Z","latest":"2026-03-01T00:00:00Z"}',
  },
  {
    id: 'thingspace.groups.create',
    input: {
      body: {
        accountName: '0442000123-00001',
        groupName: 'North tanks',
        groupDescription: 'Level meters north',
        devicesToAdd: [{ id: '89148000000077000037', kind: 'iccid' }],
      },
    },
    sent: 'POST /api/m2m/v1/groups',
    body: '{"accountName":"0442000123-00001","groupName":"North tanks","groupDescription":"Level meters north","devicesToAdd":[{"id":"89148000000077000037","kind":"iccid"}]}',
  },
  {
    id: 'thingspace.groups.update',
    input: {
      path: { accountName: '0442000123-00001', groupName: 'West tanks' },
      body: {
        newGroupName: 'Far west',
        newGroupDescription: 'Far',
        devicesToAdd: [{ id: '89148000000077000037', kind: 'iccid' }],
        devicesToRemove: [{ id: '89148000000077000074', kind: 'iccid' }],
      },
    },
    sent: 'PUT /api/m2m/v1/groups/0442000123-00001/name/West%20tanks',
    body: '{"newGroupName":"Far west","newGroupDescription":"Far","devicesToAdd":[{"id":"89148000000077000037","kind":"iccid"}],"devicesToRemove":[{"id":"89148000000077000074","kind":"iccid"}]}',
  },
  { id: 'thingspace.groups.list', input: { path: { accountName: '0442000123-00001' } }, sent: 'GET /api/m2m/v1/groups/0442000123-00001' },
  {
    id: 'thingspace.groups.read',
    input: { path: { accountName: '0442000123-00001', groupName: 'Default: 0442000123-00001' }, query: { next: '500' } },
    sent: 'GET /api/m2m/v1/groups/0442000123-00001/name/Default%3A%200442000123-00001?next=500',
  },
  {
    id: 'thingspace.groups.remove',
    input: { path: { accountName: '0442000123-00001', groupName: 'West tanks' } },
    sent: 'DELETE /api/m2m/v1/groups/0442000123-00001/name/West%20tanks',
  },
  {
    id: 'thingspace.labels.set',
    input: {
      body: {
        accountName: '0442000123-00001',
        labels: [{ deviceIds: [{ id: '89049032000000000000000000007711', kind: 'EID' }], label: { name: 'VIN', value: 'EX1' } }],
      },
    },
    sent: 'POST /api/m2m/v1/devices/actions/usagesegmentationlabels',
    body: '{"accountName":"0442000123-00001","labels":[{"deviceIds":[{"id":"89049032000000000000000000007711","kind":"EID"}],"label":{"name":"VIN","value":"EX1"}}]}',
  },
  {
    id: 'thingspace.labels.remove',
    input: { body: { accountName: '0442000123-00001', labels: [{ name: 'VIN', value: 'EX1' }] } },
    sent: 'DELETE /api/m2m/v1/devices/actions/usagesegmentationlabels',
    body: '{"accountName":"0442000123-00001","labels":[{"name":"VIN","value":"EX1"}]}',
  },
  {
    id: 'thingspace.sms.send',
    input: {
      body: {
        deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }],
        accountName: '0442000123-00001',
        smsMessage: 'PING',
        dataEncoding: '8-bit-ASCII',
        timeToLive: '000000010000000R',
      },
    },
    sent: 'POST /api/m2m/v1/sms',
    body: '{"deviceIds":[{"id":"89148000000077000037","kind":"iccid"}],"accountName":"0442000123-00001","smsMessage":"PING","dataEncoding":"8-bit-ASCII","timeToLive":"000000010000000R"}',
  },
  { id: 'thingspace.sms.list', input: { path: { accountName: '0442000123-00001' } }, sent: 'GET /api/m2m/v1/sms/0442000123-00001/history' },
  {
    id: 'thingspace.sms.take',
    input: { path: { accountName: '0442000123-00001' }, query: { next: '100' } },
    sent: 'GET /api/m2m/v1/sms/0442000123-00001/history?next=100',
  },
  {
    id: 'thingspace.sms.startCallbacks',
    input: { path: { accountName: '0442000123-00001' } },
    sent: 'PUT /api/m2m/v1/sms/0442000123-00001/startCallbacks',
  },
  {
    id: 'thingspace.sms.events',
    input: {
      body: { deviceId: { id: '89148000000077000037', kind: 'iccid' }, earliest: '2026-02-01T00:00:00Z', latest: '2026-03-01T00:00:00Z' },
    },
    sent: 'POST /api/m2m/v1/devices/sms/history/actions/list',
    body: '{"deviceId":{"id":"89148000000077000037","kind":"iccid"},"earliest":"2026-02-01T00:00:00Z","latest":"2026-03-01T00:00:00Z"}',
  },
  {
    id: 'thingspace.nidd.send',
    input: {
      body: {
        accountName: '0442000123-00001',
        deviceIds: [{ id: '359000001200091', kind: 'imei' }],
        maximumDeliveryTime: 600,
        message: 'UElORw==',
      },
    },
    sent: 'POST /api/m2m/v1/devices/nidd/message',
    body: '{"accountName":"0442000123-00001","deviceIds":[{"id":"359000001200091","kind":"imei"}],"maximumDeliveryTime":600,"message":"UElORw=="}',
  },
  {
    id: 'thingspace.reachability.start',
    input: {
      body: {
        accountName: '0442000123-00001',
        requestType: 'REACHABLE_FOR_DATA',
        monitorExpirationTime: '2026-12-31T00:00:00Z',
        devices: [{ deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }] }],
      },
    },
    sent: 'POST /api/m2m/v1/diagnostics/basic/devicereachability',
    body: '{"accountName":"0442000123-00001","requestType":"REACHABLE_FOR_DATA","monitorExpirationTime":"2026-12-31T00:00:00Z","devices":[{"deviceIds":[{"id":"89148000000077000037","kind":"iccid"}]}]}',
  },
  {
    id: 'thingspace.reachability.stop',
    input: { body: { accountName: '0442000123-00001', monitorIds: ['5f0f2f0e-1a0b-4c6e-b0c7-65f0d2f1a111'] } },
    sent: 'DELETE /api/m2m/v1/diagnostics/basic/devicereachability',
    body: '{"accountName":"0442000123-00001","monitorIds":["5f0f2f0e-1a0b-4c6e-b0c7-65f0d2f1a111"]}',
  },
  {
    id: 'thingspace.reachability.monitors',
    input: {
      body: {
        accountName: '0442000123-00001',
        devices: [{ deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }] }],
        requestType: 'LOSS_OF_CONNECTIVITY',
      },
    },
    sent: 'POST /api/m2m/v1/diagnostics/basic/devicereachability/monitors',
    body: '{"accountName":"0442000123-00001","devices":[{"deviceIds":[{"id":"89148000000077000037","kind":"iccid"}]}],"requestType":"LOSS_OF_CONNECTIVITY"}',
  },
  {
    id: 'thingspace.reachability.status',
    input: {
      body: {
        accountName: '0442000123-00001',
        device: { id: '89148000000077000037', kind: 'iccid' },
        requestType: 'REACHABLE_FOR_DATA',
        requestExpirationTime: '2026-03-01T13:00:00Z',
      },
    },
    sent: 'POST /api/m2m/v1/diagnostics/basic/devicereachability/status',
    body: '{"accountName":"0442000123-00001","device":{"id":"89148000000077000037","kind":"iccid"},"requestType":"REACHABLE_FOR_DATA","requestExpirationTime":"2026-03-01T13:00:00Z"}',
  },
  {
    id: 'thingspace.callbacks.register',
    input: {
      path: { accountName: '0442000123-00001' },
      body: { name: 'CarrierService', url: 'https://listener.example:9001/ts', username: 'listener', password: 'pass-word' },
    },
    sent: 'POST /api/m2m/v1/callbacks/0442000123-00001',
    body: '{"name":"CarrierService","url":"https://listener.example:9001/ts","username":"listener","password":"pass-word"}',
  },
  {
    id: 'thingspace.callbacks.list',
    input: { path: { accountName: '0442000123-00001' } },
    sent: 'GET /api/m2m/v1/callbacks/0442000123-00001',
  },
  {
    id: 'thingspace.callbacks.remove',
    input: { path: { accountName: '0442000123-00001', serviceName: 'CarrierService' } },
    sent: 'DELETE /api/m2m/v1/callbacks/0442000123-00001/name/CarrierService',
  },
  {
    id: 'thingspace.triggers.create',
    input: {
      body: {
        name: 'heavy west',
        accountName: '0442000123-00001',
        groupName: 'West tanks',
        triggerCategory: 'DeviceSMSUsage',
        smsTriggerRequest: { smsType: 'MOMT', comparator: 'gte', threshold: 5 },
        triggerCycle: 'Weekly',
      },
    },
    sent: 'POST /api/m2m/v1/triggers',
    body: '{"name":"heavy west","accountName":"0442000123-00001","groupName":"West tanks","triggerCategory":"DeviceSMSUsage","smsTriggerRequest":{"smsType":"MOMT","comparator":"gte","threshold":5},"triggerCycle":"Weekly"}',
  },
  { id: 'thingspace.triggers.list', input: {}, sent: 'GET /api/m2m/v1/triggers' },
  {
    id: 'thingspace.triggers.read',
    input: { path: { triggerId: '3d2f6a1e-3b0d-4a44-9a52-0d5be1f0a9c3' } },
    sent: 'GET /api/m2m/v1/triggers/3d2f6a1e-3b0d-4a44-9a52-0d5be1f0a9c3',
  },
  {
    id: 'thingspace.triggers.update',
    input: {
      body: {
        triggerId: '3d2f6a1e-3b0d-4a44-9a52-0d5be1f0a9c3',
        triggerName: 'heavy west',
        accountName: '0442000123-00001',
        triggerCategory: 'DeviceIMEIChange',
        active: false,
      },
    },
    sent: 'PUT /api/m2m/v1/triggers',
    body: '{"triggerId":"3d2f6a1e-3b0d-4a44-9a52-0d5be1f0a9c3","triggerName":"heavy west","accountName":"0442000123-00001","triggerCategory":"DeviceIMEIChange","active":false}',
  },
  {
    id: 'thingspace.triggers.remove',
    input: { path: { triggerId: '3d2f6a1e-3b0d-4a44-9a52-0d5be1f0a9c3' } },
    sent: 'DELETE /api/m2m/v1/triggers/3d2f6a1e-3b0d-4a44-9a52-0d5be1f0a9c3',
  },
  {
    id: 'thingspace.profiles.activateEnable',
    input: {
      body: {
        devices: [euicc],
        accountName: '0442000123-00001',
        servicePlan: 'IOTLOW5MB',
        mdnZipCode: '98801',
      },
    },
    sent: 'POST /api/m2m/v1/devices/profile/actions/activate_enable',
    body: '{"devices":[{"deviceIds":[{"id":"89049032000000000000000000007711","kind":"eid"},{"id":"89148000000077000037","kind":"iccid"}]}],"accountName":"0442000123-00001","servicePlan":"IOTLOW5MB","mdnZipCode":"98801"}',
  },
  {
    id: 'thingspace.profiles.activate',
    input: {
      body: {
        accountName: '0442000123-00001',
        devices: [euicc],
        servicePlan: 'IOTLOW5MB',
        mdnZipCode: '98801',
        primaryPlaceOfUse: {
          customerName: { firstName: 'Avery', lastName: 'Example' },
          address: { addressLine1: '12 Example Way', city: 'Wenatchee', state: 'WA', zip: '98801', country: 'USA' },
        },
      },
    },
    sent: 'POST /api/m2m/v1/devices/profile/actions/activate',
    body: '{"accountName":"0442000123-00001","devices":[{"deviceIds":[{"id":"89049032000000000000000000007711","kind":"eid"},{"id":"89148000000077000037","kind":"iccid"}]}],"servicePlan":"IOTLOW5MB","mdnZipCode":"98801","primaryPlaceOfUse":{"customerName":{"firstName":"Avery","lastName":"Example"},"address":{"addressLine1":"12 Example Way","city":"Wenatchee","state":"WA","zip":"98801","country":"USA"}}}',
  },
  {
    id: 'thingspace.profiles.deactivate',
    input: {
      body: {
        accountName: '0442000123-00001',
        devices: [euicc],
        reasonCode: 'FF',
        etfWaiver: false,
        checkFallbackProfile: true,
      },
    },
    sent: 'POST /api/m2m/v1/devices/profile/actions/deactivate',
    body: '{"accountName":"0442000123-00001","devices":[{"deviceIds":[{"id":"89049032000000000000000000007711","kind":"eid"},{"id":"89148000000077000037","kind":"iccid"}]}],"reasonCode":"FF","etfWaiver":false,"checkFallbackProfile":true}',
  },
  {
    id: 'thingspace.profiles.setFallback',
    input: {
      body: {
        devices: [euicc],
        accountName: '0442000123-00001',
      },
    },
    sent: 'POST /api/m2m/v1/devices/profile/actions/setfallbackattribute',
    body: '{"devices":[{"deviceIds":[{"id":"89049032000000000000000000007711","kind":"eid"},{"id":"89148000000077000037","kind":"iccid"}]}],"accountName":"0442000123-00001"}',
  },
  {
    id: 'thingspace.profiles.downloadEnable',
    input: {
      body: {
        accountName: '0442000123-00001',
        smsrOid: '1.3.6.1.4.1.99999.1.500',
        devices: [euicc],
      },
    },
    sent: 'POST /api/m2m/v1/devices/profile/actions/download_enable',
    body: '{"accountName":"0442000123-00001","smsrOid":"1.3.6.1.4.1.99999.1.500","devices":[{"deviceIds":[{"id":"89049032000000000000000000007711","kind":"eid"},{"id":"89148000000077000037","kind":"iccid"}]}]}',
  },
  {
    id: 'thingspace.profiles.enable',
    input: {
      body: {
        accountName: '0442000123-00001',
        smsrOid: '1.3.6.1.4.1.99999.1.500',
        devices: [euicc],
      },
    },
    sent: 'POST /api/m2m/v1/devices/profile/actions/enable',
    body: '{"accountName":"0442000123-00001","smsrOid":"1.3.6.1.4.1.99999.1.500","devices":[{"deviceIds":[{"id":"89049032000000000000000000007711","kind":"eid"},{"id":"89148000000077000037","kind":"iccid"}]}]}',
  },
  {
    id: 'thingspace.profiles.downloadDisable',
    input: { body: { accountName: '0442000123-00001', devices: [euicc] } },
    sent: 'POST /api/m2m/v1/devices/profile/actions/download_disable',
    body: '{"accountName":"0442000123-00001","devices":[{"deviceIds":[{"id":"89049032000000000000000000007711","kind":"eid"},{"id":"89148000000077000037","kind":"iccid"}]}]}',
  },
  {
    id: 'thingspace.profiles.disable',
    input: {
      body: {
        accountName: '0442000123-00001',
        smsrOid: '1.3.6.1.4.1.99999.1.500',
        devices: [euicc],
      },
    },
    sent: 'POST /api/m2m/v1/devices/profile/actions/disable',
    body: '{"accountName":"0442000123-00001","smsrOid":"1.3.6.1.4.1.99999.1.500","devices":[{"deviceIds":[{"id":"89049032000000000000000000007711","kind":"eid"},{"id":"89148000000077000037","kind":"iccid"}]}]}',
  },
  {
    id: 'thingspace.profiles.remove',
    input: {
      body: {
        accountName: '0442000123-00001',
        smsrOid: '1.3.6.1.4.1.99999.1.500',
        devices: [euicc],
      },
    },
    sent: 'POST /api/m2m/v1/devices/profile/actions/delete',
    body: '{"accountName":"0442000123-00001","smsrOid":"1.3.6.1.4.1.99999.1.500","devices":[{"deviceIds":[{"id":"89049032000000000000000000007711","kind":"eid"},{"id":"89148000000077000037","kind":"iccid"}]}]}',
  },
  {
    id: 'thingspace.globalDevices.list',
    input: {
      body: {
        accountName: '0442000123-00001',
        provisioningStatusFilter: 'PRE_ACTIVE',
        profileStatusFilter: 'NOT_DOWNLOADED',
        deviceFilter: [{ id: '89049032000000000000000000007711', kind: 'eid' }],
      },
    },
    sent: 'POST /api/m2m/v2/devices/actions/list',
    body: '{"accountName":"0442000123-00001","provisioningStatusFilter":"PRE_ACTIVE","profileStatusFilter":"NOT_DOWNLOADED","deviceFilter":[{"id":"89049032000000000000000000007711","kind":"eid"}]}',
  },
  {
    id: 'thingspace.globalDevices.history',
    input: {
      body: {
        accountName: '0442000123-00001',
        deviceFilter: { id: '89049032000000000000000000007711', kind: 'eid' },
        earliest: '2026-02-01T00:00:00Z',
        latest: '2026-03-01T00:00:00Z',
      },
    },
    sent: 'POST /api/m2m/v2/devices/history/actions/list',
    body: '{"accountName":"0442000123-00001","deviceFilter":{"id":"89049032000000000000000000007711","kind":"eid"},"earliest":"2026-02-01T00:00:00Z","latest":"2026-03-01T00:00:00Z"}',
  },
  {
    id: 'thingspace.globalDevices.requestStatus',
    input: { path: { accountName: '0442000123-00001', requestId: '7c2f6a1e-3b0d-4a44-9a52-0d5be1f0a9c3' } },
    sent: 'GET /api/m2m/v2/accounts/0442000123-00001/requests/7c2f6a1e-3b0d-4a44-9a52-0d5be1f0a9c3/status',
  },
];
