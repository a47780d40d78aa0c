import type { diagnostics as contracts } from '../../clients/thingspace/diagnostics.ts';
import { type Behaviours, members, textOf } from '../behaviour.ts';
import { dice, pick } from '../chance.ts';
import type { World } from '../world.ts';
import { readBody, required } from './body.ts';
import { chosen, elements, inAccount, namedFlat, requiredElements } from './chosen.ts';
import { accountOf, findOne, imsiOf, mdnOf, readId } from './find.ts';
import { daysOfUse, deedsOf, isConnected, lastConnection } from './history.ts';
import { suspended } from './line.ts';
import { accept, mustListen } from './requests.ts';
import type { TsDevice } from './seed.ts';
import { cycleEnd, eastern, idsOf, ipOf, placeOf } from './shapes.ts';
import { wrong } from './wrong.ts';

const day = 86_400_000;

/** Returns the device of a diagnostics request, which accepts only an MDN. */
function diagnosed(world: World, account: string, value: unknown): TsDevice {
  const id = readId(value);
  if (id.kind !== 'mdn') throw wrong('INPUT_INVALID.Device.Kind.Invalid', 'The device is named by its MDN.');
  return inAccount(findOne(world.thingspace, [id]), account);
}

/** Categories of the extended diagnostics. Categories without data in the sandbox are empty. */
function categories(world: World, device: TsDevice): Record<string, Record<string, string | undefined>> {
  const now = world.clock.now();
  const last = lastConnection(device, now);
  const place = placeOf(device);
  const mdn = device.line === undefined ? undefined : mdnOf(device.line);
  const use = daysOfUse(world, device, now - 30 * day, now);
  const sum = (read: (one: { bytes: number; sms: number }) => number): string => String(use.reduce((total, one) => total + read(one), 0));
  const deactivatedAt = deedsOf(device).findLast((event) => event.type === 'Deactivate')?.at;
  return {
    DeviceIdentifier: {
      ICCID: device.iccid,
      IMEI: device.imei,
      IMSI: mdn && imsiOf(device),
      MDN: mdn,
      MIN: mdn,
      MSISDN: mdn && `1${mdn}`,
    },
    DeviceAttributes: {
      AccountName: device.account,
      GroupName: device.group,
      CustomFields1: device.name,
      RatePlanCode: device.plan,
      DeviceMake: 'Example',
      DeviceModel: pick(['EX-100', 'EX-200'], world.seed, 'model', device.n),
      ModemGeneration: '4G',
    },
    Provisioning: {
      LastActivationBy: 'API User',
      LastActivationDate: device.activated === undefined ? undefined : eastern(device.activated),
      CreatedAt: eastern(device.created),
      DeviceState: device.state,
      LastDeactivationDate: deactivatedAt === undefined ? undefined : eastern(deactivatedAt),
    },
    Connectivity: {
      Connected: String(isConnected(device, now)),
      LastConnectionDate: last === undefined ? undefined : eastern(last),
      IPAddress: device.line === undefined ? undefined : ipOf(device.line),
      RoamingStatus: 'Home',
    },
    Billing: { BillingCycleEndDate: cycleEnd(now), DefaultRatePlan: device.plan },
    Usage: { CurrentBillCycleDataRatedUsage: sum((one) => one.bytes), CurrentBillCycleRatedSMSUsage: sum((one) => one.sms) },
    Location: {},
    FOTA: {},
    PrimaryPlaceOfUse: {
      CustomerFirstName: place.firstName,
      CustomerLastName: place.lastName,
      CustomerAddressLine1: place.addressLine1,
      CustomerCity: place.city,
      CustomerState: place.state,
      CustomerZipCode: device.zip,
      CustomerCountry: place.country,
    },
    RfAttributes: {
      RadioSignalStrength: String(-70 - Math.floor(40 * dice(world.seed, 'signal', device.n))),
      NetworkBearer: device.plan === 'IOTNB50KB' ? 'NB-IoT' : 'LTE',
    },
    Battery: {},
    Restart: {},
    SIMSECURE: {},
    RTR: {},
    PMEC: {},
  };
}

export const diagnostics: Behaviours<typeof contracts> = {
  // Only the names of the sections are documented; their members are an assumption.
  basic({ world, body }) {
    const sent = readBody(body);
    const account = accountOf(world.thingspace, required(sent, 'accountName')).name;
    const device = diagnosed(world, account, sent['deviceList']);
    const values = categories(world, device);
    return {
      status: 200,
      body: {
        deviceIds: idsOf(device),
        attributes: { accountName: account, groupName: device.group, mcc: '311', mnc: '480' },
        connectivity: values['Connectivity'],
        provisioning: values['Provisioning'],
        billing: values['Billing'],
      },
    };
  },

  extended({ world, body }) {
    const sent = readBody(body);
    const accountName = accountOf(world.thingspace, required(sent, 'accountName')).name;
    const device = diagnosed(world, accountName, requiredElements(sent, 'deviceList')[0]);
    const rows = Object.entries(categories(world, device)).map(([categoryName, values]) => ({
      categoryName,
      extendedAttributes: Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value }])),
    }));
    return { status: 200, body: { accountName, deviceList: idsOf(device).filter(({ kind }) => kind === 'mdn'), categories: rows } };
  },

  suspension({ world, body }) {
    const sent = readBody(body);
    const account = textOf(sent['accountName']);
    const flat = elements(sent, 'deviceIds');
    const filter = { ...members(sent['filter']), ...(account === undefined ? {} : { accountName: account }) };
    const selected = flat ? namedFlat(world, flat, account) : chosen(world, filter);
    mustListen(world, account ?? selected[0]?.account ?? '', 'suspensionStatus');
    return accept(
      world,
      'suspensionStatus',
      selected.filter((device) => device.state === 'suspend'),
      (device, now) => suspended(device, now),
    );
  },
};
