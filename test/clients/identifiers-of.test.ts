import { describe, expect, it } from 'vitest';

import type { AnyEndpoint, AnyInput } from '../../src/clients/http/endpoint.ts';
import { identifiersOf } from '../../src/clients/http/identifiers-of.ts';
import { iotx } from '../../src/clients/iotx/index.ts';
import { thingpark } from '../../src/clients/thingpark/index.ts';
import { thingspace } from '../../src/clients/thingspace/index.ts';

/** One line for each identifier: role, kind, path, value, element. */
const linesOf = (entry: AnyEndpoint, input: AnyInput): string[] =>
  identifiersOf(entry, input).map(({ role, kind, path, value, element }) => `${role} ${kind} ${path} = ${value} in ${element}`);

const iccid = (id: string) => ({ id, kind: 'iccid' });

describe('identifiers of ThingSpace requests', () => {
  it('an activation names two devices by two identifiers each, besides what it assigns and refers to', () => {
    const body = {
      accountName: '0442000123-00002',
      servicePlan: 'IOTLOW5MB',
      mdnZipCode: '98801',
      groupName: 'West tanks',
      devices: [
        { deviceIds: [{ id: '359000001201092', kind: 'imei' }, iccid('89148000000077000444')], ipAddress: '10.61.4.1' },
        {
          deviceIds: [
            { id: '359000001201100', kind: 'IMEI' },
            { id: '89148000000077000451', kind: 'ICCID' },
          ],
        },
      ],
    };
    expect(identifiersOf(thingspace.devices.activate, { body }).slice(0, 3)).toEqual([
      { path: 'body.devices[0].deviceIds[0].id', element: 'body.devices[0]', role: 'target', kind: 'imei', value: '359000001201092' },
      { path: 'body.devices[0].deviceIds[1].id', element: 'body.devices[0]', role: 'target', kind: 'iccid', value: '89148000000077000444' },
      { path: 'body.devices[0].ipAddress', element: 'body.devices[0]', role: 'new', kind: 'ip', value: '10.61.4.1' },
    ]);
    expect(linesOf(thingspace.devices.activate, { body }).slice(3)).toEqual([
      'target imei body.devices[1].deviceIds[0].id = 359000001201100 in body.devices[1]',
      'target iccid body.devices[1].deviceIds[1].id = 89148000000077000451 in body.devices[1]',
      'reference ref body.servicePlan = IOTLOW5MB in body',
      'reference ref body.accountName = 0442000123-00002 in body',
      'reference ref body.groupName = West tanks in body',
    ]);
  });

  it('the group of a suspension is a filter, and so a target', () => {
    expect(
      linesOf(thingspace.devices.suspend, { body: { devices: [{ deviceIds: [iccid('89148000000077000037')] }], withBilling: false } }),
    ).toEqual(['target iccid body.devices[0].deviceIds[0].id = 89148000000077000037 in body.devices[0]']);
    expect(linesOf(thingspace.devices.suspend, { body: { accountName: '0442000123-00001', groupName: 'West tanks' } })).toEqual([
      'reference ref body.accountName = 0442000123-00001 in body',
      'target ref body.groupName = West tanks in body',
    ]);
  });

  it('a group is a reference while SIMs are put in and taken out, and a target when it is renamed', () => {
    const path = { accountName: '0442000123-00001', groupName: 'West tanks' };
    const members = {
      devicesToAdd: [iccid('89148000000077000037'), iccid('89148000000077000045')],
      devicesToRemove: [{ id: '2085550101', kind: 'mdn' }],
    };
    expect(linesOf(thingspace.groups.update, { path, body: members })).toEqual([
      'reference ref path.accountName = 0442000123-00001 in path',
      'reference ref path.groupName = West tanks in path',
      'target iccid body.devicesToAdd[0].id = 89148000000077000037 in body.devicesToAdd[0]',
      'target iccid body.devicesToAdd[1].id = 89148000000077000045 in body.devicesToAdd[1]',
      'target mdn body.devicesToRemove[0].id = 2085550101 in body.devicesToRemove[0]',
    ]);
    expect(linesOf(thingspace.groups.update, { path, body: { newGroupName: 'East tanks' } })).toEqual([
      'reference ref path.accountName = 0442000123-00001 in path',
      'target ref path.groupName = West tanks in path',
      'new ref body.newGroupName = East tanks in body',
    ]);
  });

  it('each entry of the flat list of an SMS is another SIM', () => {
    expect(
      linesOf(thingspace.sms.send, {
        body: { deviceIds: [iccid('89148000000077000037'), iccid('89148000000077000045')], smsMessage: 'x' },
      }),
    ).toEqual([
      'target iccid body.deviceIds[0].id = 89148000000077000037 in body.deviceIds[0]',
      'target iccid body.deviceIds[1].id = 89148000000077000045 in body.deviceIds[1]',
    ]);
  });

  it('the two lists of a hardware swap are one device each, and the new hardware of a change is new', () => {
    const deviceIds = [{ id: '89049032000000000000000000007711', kind: 'eid' }, iccid('89148000000077000037')];
    expect(
      linesOf(thingspace.hardware.swap, {
        body: { accountName: '0442000123-00001', deviceIds, deviceIdsTo: [iccid('89148000000077000045')] },
      }),
    ).toEqual([
      'reference ref body.accountName = 0442000123-00001 in body',
      'target eid body.deviceIds[0].id = 89049032000000000000000000007711 in body.deviceIds',
      'target iccid body.deviceIds[1].id = 89148000000077000037 in body.deviceIds',
      'target iccid body.deviceIdsTo[0].id = 89148000000077000045 in body.deviceIdsTo',
    ]);
    expect(
      linesOf(thingspace.hardware.change, {
        path: { serviceType: '4gVzwSIM' },
        body: { deviceIds: [iccid('89148000000077000037')], deviceIdsTo: [{ id: '359000001201092', kind: 'imei' }] },
      }),
    ).toEqual([
      'target iccid body.deviceIds[0].id = 89148000000077000037 in body.deviceIds',
      'new imei body.deviceIdsTo[0].id = 359000001201092 in body.deviceIdsTo',
    ]);
  });

  it('a profile is named by EID and ICCID of one element', () => {
    expect(
      linesOf(thingspace.profiles.enable, {
        body: {
          accountName: '0442000123-00001',
          smsrOid: '1.3.6.1.4.1.99999.1.500.200.101.5',
          devices: [{ deviceIds: [{ id: '89049032000000000000000000007711', kind: 'eid' }, iccid('89148000000077000037')] }],
        },
      }),
    ).toEqual([
      'reference ref body.accountName = 0442000123-00001 in body',
      'reference ref body.smsrOid = 1.3.6.1.4.1.99999.1.500.200.101.5 in body',
      'target eid body.devices[0].deviceIds[0].id = 89049032000000000000000000007711 in body.devices[0]',
      'target iccid body.devices[0].deviceIds[1].id = 89148000000077000037 in body.devices[0]',
    ]);
  });

  it('a new trigger refers to the group that it watches', () => {
    expect(linesOf(thingspace.triggers.create, thingspace.triggers.create.example)).toEqual([
      'new ref body.name = heavy west in body',
      'reference ref body.accountName = 0442000123-00001 in body',
      'reference ref body.groupName = West tanks in body',
    ]);
  });

  it('a list of what is not an identifier, an absent and an odd value give none', () => {
    expect(linesOf(thingspace.sms.send, { body: { deviceIds: 'all', accountName: 7, groupName: '', servicePlan: null } })).toEqual([
      'reference ref body.accountName = 7 in body',
    ]);
    expect(linesOf(thingspace.sms.send, {})).toEqual([]);
  });
});

describe('identifiers of ThingPark requests', () => {
  it('a device is the target by its reference or by the DevEUI in it', () => {
    const body = {
      networkSubscription: { ID: 'acme-cs/standard' },
      appServers: [{ ID: 'TWA_199982747.1972.AS' }, { ID: 'TWA_199982747.1973.AS' }],
    };
    expect(linesOf(thingpark.devices.update, { path: { deviceUid: '77' }, body })).toEqual([
      'target uid path.deviceUid = 77 in path',
      'reference ref body.networkSubscription.ID = acme-cs/standard in body',
      'reference ref body.appServers[0].ID = TWA_199982747.1972.AS in body.appServers[0]',
      'reference ref body.appServers[1].ID = TWA_199982747.1973.AS in body.appServers[1]',
    ]);
    expect(linesOf(thingpark.devices.update, { path: { deviceUid: 'ea81758fffe0a0001' }, body: { name: 'Fridge 2' } })).toEqual([
      'target devEui path.deviceUid = a81758fffe0a0001 in path',
    ]);
  });

  it('the DevEUI of a device being created is new', () => {
    expect(linesOf(thingpark.devices.create, thingpark.devices.create.example)).toEqual([
      'new devEui body.EUI = A81758FFFE0A0001 in body',
      'reference ref body.model.ID = SMTC/LoRaMoteA.1_EU in body',
      'reference joinEui body.appEUI = A81758FFFE000000 in body',
      'reference ref body.networkSubscription.ID = acme-cs/standard in body',
      'reference ref body.appServers[0].ID = TWA_199982747.1972.AS in body.appServers[0]',
    ]);
  });

  it('an application server, a tag and an alarm are found by their references', () => {
    expect(linesOf(thingpark.appServers.update, { path: { appServerUid: '1972' }, body: { state: 'DEACTIVATED' } })).toEqual([
      'target ref path.appServerUid = 1972 in path',
    ]);
    expect(linesOf(thingpark.tags.remove, { path: { deviceUid: '77', tagUid: '5' } })).toEqual([
      'target uid path.deviceUid = 77 in path',
      'reference ref path.tagUid = 5 in path',
    ]);
    expect(linesOf(thingpark.alarms.ackOne, { path: { deviceUid: '77', alarmUid: 'A1' } })).toEqual([
      'reference uid path.deviceUid = 77 in path',
      'target ref path.alarmUid = A1 in path',
    ]);
  });

  it('a field that only one form of an object has is found', () => {
    const downlinkSecurity = { status: 'DOWNLINK_AS_KEY', downlinkAsKey: '000102030405060708090A0B0C0D0E0F', asID: 'TWA_1.AS' };
    expect(linesOf(thingpark.appServers.updateSecurity, { path: { appServerUid: '1972' }, body: { downlinkSecurity } })).toEqual([
      'target ref path.appServerUid = 1972 in path',
      'reference ref body.downlinkSecurity.asID = TWA_1.AS in body',
    ]);
  });

  it('both forms of a downlink target one device', () => {
    const query = { payload: '0102FF', fPort: 10 };
    expect(linesOf(thingpark.devices.downlink, { path: { deviceUid: 'eA81758FFFE0A0001' }, query })).toEqual([
      'target devEui path.deviceUid = A81758FFFE0A0001 in path',
    ]);
    const body = { payloadHex: '0102FF', targetPorts: '10', correlationID: '00000000000000A1' };
    expect(linesOf(thingpark.dxDevices.downlink, { path: { device: 'A81758FFFE0A0001' }, body })).toEqual([
      'target devEui path.device = A81758FFFE0A0001 in path',
    ]);
    expect(linesOf(thingpark.dxDevices.downlink, { path: { device: '4101' }, body })).toEqual(['target device path.device = 4101 in path']);
  });

  it('a DX device refers to its plan and routes', () => {
    expect(
      linesOf(thingpark.dxDevices.update, { path: { deviceRef: '4101' }, body: { connectivityPlanId: 'reset', routeRefs: ['77', '78'] } }),
    ).toEqual([
      'target ref path.deviceRef = 4101 in path',
      'reference ref body.connectivityPlanId = reset in body',
      'reference ref body.routeRefs[0] = 77 in body.routeRefs[0]',
      'reference ref body.routeRefs[1] = 78 in body.routeRefs[1]',
    ]);
  });

  it('each DevEUI of a tag on many devices is a target of its own', () => {
    expect(
      linesOf(thingpark.tags.bulk, {
        query: { action: 'TAG' },
        body: { name: 'north', devEUIs: ['A81758FFFE0A0001', 'A81758FFFE0A0002'] },
      }),
    ).toEqual([
      'reference ref body.name = north in body',
      'target devEui body.devEUIs[0] = A81758FFFE0A0001 in body.devEUIs[0]',
      'target devEui body.devEUIs[1] = A81758FFFE0A0002 in body.devEUIs[1]',
    ]);
  });
});

describe('identifiers of iot-x requests', () => {
  it('an action has one subscriber as its target', () => {
    expect(linesOf(iotx.actions.run, iotx.actions.run.example)).toEqual([
      'target subscriber path.physicalId = 8944990000001000010 in path',
    ]);
  });

  it('a product is switched for several subscribers by one input each', () => {
    const body = { product: 'SMS MO/MT', service: 'SMS MO/MT', action: 'disable' };
    const inputs = ['8944990000001000010', '8944990000001000028'].map((physicalId) => ({ path: { physicalId }, body }));
    expect(inputs.flatMap((input) => linesOf(iotx.products.change, input))).toEqual([
      'target subscriber path.physicalId = 8944990000001000010 in path',
      'reference ref body.product = SMS MO/MT in body',
      'reference ref body.service = SMS MO/MT in body',
      'target subscriber path.physicalId = 8944990000001000028 in path',
      'reference ref body.product = SMS MO/MT in body',
      'reference ref body.service = SMS MO/MT in body',
    ]);
  });

  it('the tariff of an activation is a number, given as its digits', () => {
    expect(linesOf(iotx.provisioning.activate, { path: { physicalId: '89449900000020000109' }, body: { productSetId: 4711 } })).toEqual([
      'target subscriber path.physicalId = 89449900000020000109 in path',
      'reference ref body.productSetId = 4711 in body',
    ]);
  });
});
