import type { diagnostics as contracts } from '../../clients/thingspace/diagnostics.ts';
import { day } from '../../durations.ts';
import { asObject, asText, type Handlers } from '../handler.ts';
import { seededPick, seededRandom } from '../random.ts';
import type { World } from '../world.ts';
import { readBody, required } from './body.ts';
import { accountOf, findOne, imsiOf, mdnOf, readId } from './device-lookup.ts';
import { devicesOfIds, optionalList, requiredList, requireInAccount, selectDevices } from './device-selection.ts';
import { apiError } from './errors.ts';
import { dailyUsageOf, isConnected, lastConnection, provisioningEventsOf } from './history.ts';
import { acceptForDevices, requireListener } from './requests.ts';
import { billingCycleEnd, easternTime, identifiersOf, ipOf, placeOfUseOf } from './serialize.ts';
import { suspendResponse } from './sim-lifecycle.ts';
import type { TsDevice } from './state.ts';

/** Returns the device of a diagnostics request, which accepts only an MDN. */
function diagnosedDevice(world: World, account: string, value: unknown): TsDevice {
  const id = readId(value);
  if (id.kind !== 'mdn') throw apiError('INPUT_INVALID.Device.Kind.Invalid', 'The device is named by its MDN.');
  return requireInAccount(findOne(world.thingspace, [id]), account);
}

/** Categories of the extended diagnostics. Categories without data in the sandbox are empty. */
function categories(world: World, device: TsDevice): Record<string, Record<string, string | undefined>> {
  const now = world.clock.now();
  const last = lastConnection(device, now);
  const place = placeOfUseOf(device);
  const mdn = device.mdnIndex === undefined ? undefined : mdnOf(device.mdnIndex);
  const use = dailyUsageOf(world, device, now - 30 * day, now);
  const sum = (read: (one: { bytes: number; sms: number }) => number): string => String(use.reduce((total, one) => total + read(one), 0));
  const deactivatedAt = provisioningEventsOf(device).findLast((event) => event.type === 'Deactivate')?.at;
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
      DeviceModel: seededPick(['EX-100', 'EX-200'], world.seed, 'model', device.n),
      ModemGeneration: '4G',
    },
    Provisioning: {
      LastActivationBy: 'API User',
      LastActivationDate: device.activated === undefined ? undefined : easternTime(device.activated),
      CreatedAt: easternTime(device.created),
      DeviceState: device.state,
      LastDeactivationDate: deactivatedAt === undefined ? undefined : easternTime(deactivatedAt),
    },
    Connectivity: {
      Connected: String(isConnected(device, now)),
      LastConnectionDate: last === undefined ? undefined : easternTime(last),
      IPAddress: device.mdnIndex === undefined ? undefined : ipOf(device.mdnIndex),
      RoamingStatus: 'Home',
    },
    Billing: { BillingCycleEndDate: billingCycleEnd(now), DefaultRatePlan: device.plan },
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
      RadioSignalStrength: String(-70 - Math.floor(40 * seededRandom(world.seed, 'signal', device.n))),
      NetworkBearer: device.plan === 'IOTNB50KB' ? 'NB-IoT' : 'LTE',
    },
    Battery: {},
    Restart: {},
    SIMSECURE: {},
    RTR: {},
    PMEC: {},
  };
}

export const diagnostics: Handlers<typeof contracts> = {
  // Only the names of the sections are documented; their members are an assumption.
  basic({ world, body }) {
    const sent = readBody(body);
    const account = accountOf(world.thingspace, required(sent, 'accountName')).name;
    const device = diagnosedDevice(world, account, sent['deviceList']);
    const values = categories(world, device);
    return {
      status: 200,
      body: {
        deviceIds: identifiersOf(device),
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
    const device = diagnosedDevice(world, accountName, requiredList(sent, 'deviceList')[0]);
    const rows = Object.entries(categories(world, device)).map(([categoryName, values]) => ({
      categoryName,
      extendedAttributes: Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value }])),
    }));
    return { status: 200, body: { accountName, deviceList: identifiersOf(device).filter(({ kind }) => kind === 'mdn'), categories: rows } };
  },

  suspension({ world, body }) {
    const sent = readBody(body);
    const account = asText(sent['accountName']);
    const flat = optionalList(sent, 'deviceIds');
    const filter = { ...asObject(sent['filter']), ...(account === undefined ? {} : { accountName: account }) };
    const selected = flat ? devicesOfIds(world, flat, account) : selectDevices(world, filter);
    requireListener(world, account ?? selected[0]?.account ?? '', 'suspensionStatus');
    return acceptForDevices(
      world,
      'suspensionStatus',
      selected.filter((device) => device.state === 'suspend'),
      (device, now) => suspendResponse(device, now),
    );
  },
};
