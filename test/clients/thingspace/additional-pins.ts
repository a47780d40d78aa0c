/** Pinned requests of the operations outside the quick reference: uploads, promotions, and profiles of the Global IoT Orchestration. */
import { euicc, type Pin } from './pins.ts';

export const additionalPins: readonly Pin[] = [
  {
    id: 'thingspace.stock.upload',
    input: {
      body: {
        accountName: '0442000123-00001',
        emailAddress: 'fleet@example.com',
        deviceSku: 'EXSKU0001',
        uploadType: 'IMEI',
        devices: [{ deviceIds: [{ id: '359000001209996', kind: 'imei' }] }],
      },
    },
    sent: 'POST /api/m2m/v1/devices/actions/upload',
    body: '{"accountName":"0442000123-00001","emailAddress":"fleet@example.com","deviceSku":"EXSKU0001","uploadType":"IMEI","devices":[{"deviceIds":[{"id":"359000001209996","kind":"imei"}]}]}',
  },
  {
    id: 'thingspace.stock.uploadActivate',
    input: {
      body: {
        accountName: '0442000123-00001',
        emailAddress: 'fleet@example.com',
        deviceSku: 'EXSKU0001',
        uploadType: 'IMEI ICCID Pair',
        devices: [
          {
            deviceIds: [
              { id: '359000001209996', kind: 'imei' },
              { id: '89148000000077000481', kind: 'iccid' },
            ],
          },
        ],
        servicePlan: 'IOTLOW5MB',
        mdnZipCode: '98801',
        carrierIpPoolName: 'EXDYN001',
      },
    },
    sent: 'POST /api/m2m/v1/devices/actions/uploadactivate',
    body: '{"accountName":"0442000123-00001","emailAddress":"fleet@example.com","deviceSku":"EXSKU0001","uploadType":"IMEI ICCID Pair","devices":[{"deviceIds":[{"id":"359000001209996","kind":"imei"},{"id":"89148000000077000481","kind":"iccid"}]}],"servicePlan":"IOTLOW5MB","mdnZipCode":"98801","carrierIpPoolName":"EXDYN001"}',
  },
  {
    id: 'thingspace.usage.promo',
    input: {
      body: { deviceId: { id: '89148000000077000037', kind: 'iccid' }, earliest: '2026-02-01T00:00:00Z', latest: '2026-03-01T00:00:00Z' },
    },
    sent: 'POST /api/m2m/v1/devices/usage/actions/promodeviceusage',
    body: '{"deviceId":{"id":"89148000000077000037","kind":"iccid"},"earliest":"2026-02-01T00:00:00Z","latest":"2026-03-01T00:00:00Z"}',
  },
  {
    id: 'thingspace.usage.promoAggregate',
    input: {
      body: {
        accountName: '0442000123-00001',
        deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }],
        startTime: '2026-02-01T00:00:00Z',
        endTime: '2026-03-01T00:00:00Z',
      },
    },
    sent: 'POST /api/m2m/v1/devices/usage/actions/promoaggregateusage',
    body: '{"accountName":"0442000123-00001","deviceIds":[{"id":"89148000000077000037","kind":"iccid"}],"startTime":"2026-02-01T00:00:00Z","endTime":"2026-03-01T00:00:00Z"}',
  },
  {
    id: 'thingspace.promoTriggers.ratePlans',
    input: { path: { ecpdId: '0442000123-00001' } },
    sent: 'GET /api/m2m/v2/triggers/rateplanlist/0442000123-00001',
  },
  { id: 'thingspace.promoTriggers.all', input: {}, sent: 'GET /api/m2m/v2/triggers' },
  {
    id: 'thingspace.promoTriggers.listOfAccount',
    input: { path: { accountName: '0442000123-00001' } },
    sent: 'GET /api/m2m/v2/triggers/accounts/0442000123-00001',
  },
  { id: 'thingspace.promoTriggers.list', input: {}, sent: 'GET /api/m2m/v2/triggers/categories/PromoAlerts' },
  {
    id: 'thingspace.promoTriggers.read',
    input: { path: { triggerId: '5D0C7A52-8E41-4B6F-9A2D-3C1E6F7B8A90' } },
    sent: 'GET /api/m2m/v2/triggers/5D0C7A52-8E41-4B6F-9A2D-3C1E6F7B8A90',
  },
  {
    id: 'thingspace.promoTriggers.update',
    input: {
      body: {
        triggerId: '5D0C7A52-8E41-4B6F-9A2D-3C1E6F7B8A90',
        triggerName: 'PromoAlerts_0442000123-00001_71002',
        accountName: '0442000123-00001',
        triggerCategory: 'PromoAlerts',
        promoAlerts: [
          {
            filterCriteria: { servicePlan: '71002' },
            condition: {
              dataPercentage50: true,
              dataPercentage75: false,
              dataPercentage90: false,
              dataPercentage100: true,
              smsPercentage50: false,
              smsPercentage75: false,
              smsPercentage90: true,
              smsPercentage100: false,
              noOfDaysB4PromoExp: 7,
            },
            enablePromoExp: true,
          },
        ],
      },
    },
    sent: 'PUT /api/m2m/v2/triggers',
    body: '{"triggerId":"5D0C7A52-8E41-4B6F-9A2D-3C1E6F7B8A90","triggerName":"PromoAlerts_0442000123-00001_71002","accountName":"0442000123-00001","triggerCategory":"PromoAlerts","promoAlerts":[{"filterCriteria":{"servicePlan":"71002"},"condition":{"dataPercentage50":true,"dataPercentage75":false,"dataPercentage90":false,"dataPercentage100":true,"smsPercentage50":false,"smsPercentage75":false,"smsPercentage90":true,"smsPercentage100":false,"noOfDaysB4PromoExp":7},"enablePromoExp":true}]}',
  },
  {
    id: 'thingspace.profiles.renewActivationCode',
    input: { body: { accountName: '0442000123-00001', devices: [euicc], mdnZipCode: '98801' } },
    sent: 'POST /api/m2m/v1/devices/profile/actions/renew_activation_code',
    body: '{"devices":[{"deviceIds":[{"id":"89049032000000000000000000007711","kind":"eid"},{"id":"89148000000077000037","kind":"iccid"}]}],"accountName":"0442000123-00001","mdnZipCode":"98801"}',
  },
  {
    id: 'thingspace.globalProfiles.download',
    input: { body: { accountName: '0442000123-00001', devices: [euicc], servicePlan: 'IOTLOW5MB' } },
    sent: 'POST /api/m2m/v1/devices/profile/actions/download',
    body: '{"accountName":"0442000123-00001","devices":[{"deviceIds":[{"id":"89049032000000000000000000007711","kind":"eid"},{"id":"89148000000077000037","kind":"iccid"}]}],"servicePlan":"IOTLOW5MB"}',
  },
  {
    id: 'thingspace.globalProfiles.suspend',
    input: { body: { accountName: '0442000123-00001', devices: [{ deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }] }] } },
    sent: 'POST /api/m2m/v1/devices/profile/actions/profile_suspend',
    body: '{"accountName":"0442000123-00001","devices":[{"deviceIds":[{"id":"89148000000077000037","kind":"iccid"}]}]}',
  },
  {
    id: 'thingspace.globalProfiles.resume',
    input: {
      body: {
        accountName: '0442000123-00001',
        devices: [{ deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }] }],
        servicePlan: 'IOTLOW5MB',
      },
    },
    sent: 'POST /api/m2m/v1/devices/profile/actions/profile_resume',
    body: '{"accountName":"0442000123-00001","devices":[{"deviceIds":[{"id":"89148000000077000037","kind":"iccid"}]}],"servicePlan":"IOTLOW5MB"}',
  },
  {
    id: 'thingspace.globalProfiles.suspendDevice',
    input: {
      body: { accountName: '0442000123-00001', devices: [{ deviceIds: [{ id: '89049032000000000000000000007711', kind: 'eid' }] }] },
    },
    sent: 'POST /api/m2m/v1/devices/profile/actions/device_suspend',
    body: '{"accountName":"0442000123-00001","devices":[{"deviceIds":[{"id":"89049032000000000000000000007711","kind":"eid"}]}]}',
  },
  {
    id: 'thingspace.globalProfiles.resumeDevice',
    input: {
      body: { accountName: '0442000123-00001', devices: [{ deviceIds: [{ id: '89049032000000000000000000007711', kind: 'eid' }] }] },
    },
    sent: 'POST /api/m2m/v1/devices/profile/actions/device_resume',
    body: '{"accountName":"0442000123-00001","devices":[{"deviceIds":[{"id":"89049032000000000000000000007711","kind":"eid"}]}]}',
  },
];
