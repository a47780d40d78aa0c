import { describe, expect, it } from 'vitest';

import { checkInput } from '../../src/clients/http/check-input.ts';
import { CallError } from '../../src/clients/http/errors.ts';
import { iotx } from '../../src/clients/iotx/index.ts';
import { thingpark } from '../../src/clients/thingpark/index.ts';
import { thingspace } from '../../src/clients/thingspace/index.ts';

const sent = (id: string, kind: string): unknown =>
  (
    checkInput(thingspace.sms.send, { body: { accountName: '0442000123-00001', deviceIds: [{ id, kind }], smsMessage: 'x' } }).body as {
      deviceIds: unknown[];
    }
  ).deviceIds[0];

const pathSent = (entry: Parameters<typeof checkInput>[0], path: Record<string, string>, rest: object = {}) =>
  checkInput(entry, { path, ...rest }).path;

function refusalOf(run: () => unknown): CallError {
  try {
    run();
  } catch (error) {
    if (error instanceof CallError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

describe('an identifier of a device-id object', () => {
  it.each([
    ['iccid', '8914 8000 0000 7700 0037', '89148000000077000037'],
    ['ICCID', '8914800000007700003F', '8914800000007700003'],
    ['iccId', '\u200b8914-8000-0000-7700-0037', '89148000000077000037'],
    ['imei', '35-900000-120009/1', '359000001200091'],
    ['mdn', '+1 (208) 555-0101', '2085550101'],
    ['min', '208.555.0101', '2085550101'],
    ['msisdn', '0012085550101', '12085550101'],
    ['meid', '0xa10000009296f2', 'A10000009296F2'],
    ['eid', '8904 9032 0000 0000 0000 0000 0000 7711', '89049032000000000000000000007711'],
    ['imsi', '311480-005550001', '311480005550001'],
  ])('of kind %s is sent in the normal form of that kind', (kind, text, id) => {
    expect(sent(text, kind)).toEqual({ id, kind });
  });

  it('stays as it is where it is none of its kind, or the kind is not known', () => {
    expect(sent('8914 8000', 'iccid')).toEqual({ id: '8914 8000', kind: 'iccid' });
    expect(sent('20-85', 'serial')).toEqual({ id: '20-85', kind: 'serial' });
  });
});

describe('an identifier in a path', () => {
  it('of iot-x is an ICCID, a DevEUI or an IMEI in any spelling', () => {
    expect(pathSent(iotx.subscribers.read, { physicalId: '8944-9900-0000-1000-010' })).toEqual({ physicalId: '8944990000001000010' });
    expect(pathSent(iotx.subscribers.read, { physicalId: 'a8:17:58:ff:fe:0a:00:01' })).toEqual({ physicalId: 'A81758FFFE0A0001' });
    expect(pathSent(iotx.subscribers.read, { physicalId: '300 234 010 753 370' })).toEqual({ physicalId: '300234010753370' });
    expect(pathSent(iotx.subscribers.read, { physicalId: 'pump-20' })).toEqual({ physicalId: 'pump-20' });
  });

  it('of ThingPark is a reference, or an EUI after an e', () => {
    const uidSent = (deviceUid: string) => pathSent(thingpark.devices.read, { deviceUid });
    expect(uidSent('8123')).toEqual({ deviceUid: '8123' });
    expect(uidSent('ea81758fffe0a0001')).toEqual({ deviceUid: 'eA81758FFFE0A0001' });
    expect(uidSent('e a8-17-58-ff-fe-0a-00-01')).toEqual({ deviceUid: 'eA81758FFFE0A0001' });
    expect(uidSent('eui-a81758fffe0a0001')).toEqual({ deviceUid: 'eA81758FFFE0A0001' });
    expect(uidSent('EA81758FFFE0A001')).toEqual({ deviceUid: 'eEA81758FFFE0A001' });
    const body = { payloadHex: '0102FF', targetPorts: '10' };
    expect(pathSent(thingpark.dxDevices.downlink, { device: 'a8:17:58:ff:fe:0a:00:01' }, { body })).toEqual({ device: 'A81758FFFE0A0001' });
    expect(pathSent(thingpark.dxDevices.downlink, { device: '4101' }, { body })).toEqual({ device: '4101' });
  });
});

describe('identifiers in query and body', () => {
  it('reach the schema in normal form, so that what is allowed in a tool is allowed here', () => {
    const body = {
      EUI: '0xA81758FFFE0A0001',
      activationType: 'ABP',
      deviceProfileId: 'acme/temp-a',
      applicationEUI: 'a8:17:58:ff:fe:00:00:00',
      networkAddress: '04-ab-cd-ef',
      connectivityPlanId: ' acme-cs/standard ',
      routeRefs: ['0x77'],
    };
    expect(checkInput(thingpark.dxDevices.create, { body }).body).toEqual({
      EUI: 'A81758FFFE0A0001',
      activationType: 'ABP',
      deviceProfileId: 'acme/temp-a',
      applicationEUI: 'A81758FFFE000000',
      networkAddress: '04ABCDEF',
      connectivityPlanId: ' acme-cs/standard ',
      routeRefs: ['0x77'],
    });
    expect(checkInput(thingpark.alarms.list, { query: { devEUI: ['eui-a81758fffe0a0001', 'A81758FFFE0A0002'] } }).query).toEqual({
      devEUI: ['A81758FFFE0A0001', 'A81758FFFE0A0002'],
    });
  });

  it('an unusual spelling does not change what the caller passed in', () => {
    const body = { name: 'north', devEUIs: ['a8:17:58:ff:fe:0a:00:01'] };
    expect(checkInput(thingpark.tags.bulk, { query: { action: 'TAG' }, body }).body).toEqual({
      name: 'north',
      devEUIs: ['A81758FFFE0A0001'],
    });
    expect(body.devEUIs).toEqual(['a8:17:58:ff:fe:0a:00:01']);
  });

  it.each([
    ['between the digits of a byte', 'A-81758FFFE0A0001'],
    ['a digit too few', 'A81758FFFE0A000'],
  ])('an EUI with a separator %s is refused by its own schema', (_, EUI) => {
    const body = { ...thingpark.dxDevices.create.example.body, EUI };
    expect(() => checkInput(thingpark.dxDevices.create, { body })).toThrow('thingpark.dxDevices.create: body.EUI must have 16 hex digits');
  });
});

describe('an identifier that lost digits is refused with field, rule and example', () => {
  it('a number of a spreadsheet, in a body, a query and a path', () => {
    const error = refusalOf(() => sent('8.9148E+19', 'iccid'));
    expect(error.message).toBe(
      'thingspace.sms.send: body.deviceIds.0.id is not usable: ICCID was mangled by a spreadsheet ("8.9148E+19"), its last digits are lost. Copy it again from its source, with the column formatted as text. Example: 89148000000077000037',
    );
    expect(error.next).toContain('Nothing was sent. A valid input: ');
    const devEUI = ['7.01E15'];
    expect(refusalOf(() => checkInput(thingpark.alarms.list, { query: { devEUI } })).message).toContain(
      'query.devEUI.0 is not usable: DevEUI',
    );
    expect(refusalOf(() => pathSent(iotx.subscribers.read, { physicalId: '8.94E+18' })).message).toContain('path.physicalId is not usable');
  });

  it('a JSON number', () => {
    const body = {
      deviceIds: [
        { id: '89148000000077000037', kind: 'iccid' },
        { id: 2085550101, kind: 'mdn' },
      ],
      smsMessage: 'x',
    };
    expect(refusalOf(() => checkInput(thingspace.sms.send, { body })).message).toBe(
      'thingspace.sms.send: body.deviceIds.1.id must be text in quotes: digits of a JSON number may be lost. Example: "2085550101"',
    );
    expect(refusalOf(() => checkInput(thingpark.devices.create, { body: { EUI: 7012345678901, model: { ID: 'x' } } })).message).toBe(
      'thingpark.devices.create: body.EUI must be text in quotes: digits of a JSON number may be lost. Example: "A81758FFFE0A0001"',
    );
  });
});
