import type { usage as contracts } from '../../clients/thingspace/usage.ts';
import { day } from '../../durations.ts';
import { asObject, asText, type Handlers } from '../handler.ts';
import type { World } from '../world.ts';
import { readBody, readDate, required } from './body.ts';
import { accountOf, findOne, readId, readIds } from './device-lookup.ts';
import { devicesOfIds, optionalList, requiredList, requireInAccount, selectDevices } from './device-selection.ts';
import { apiError } from './errors.ts';
import { type DailyUsage, dailyUsageOf } from './history.ts';
import { devicesWithLabel, type Label, readLabel } from './label-lookup.ts';
import { acceptRequest, callbackIdsOf } from './requests.ts';
import { utcMidnight } from './serialize.ts';
import type { TsDevice } from './state.ts';

const pageSize = 500;

/** Returns the device of a usage request, or the devices with its label. */
function usageDevices(world: World, sent: Record<string, unknown>): TsDevice[] {
  if (sent['deviceId'] !== undefined) return [findOne(world.thingspace, [readId(sent['deviceId'])])];
  const devices = sent['label'] === undefined ? [] : devicesWithLabel(world, readLabel(sent['label']), asText(sent['accountName']));
  if (devices.length === 0) throw apiError('REQUEST_FAILED.DeviceNotFound', 'The device does not exist.');
  return devices;
}

/** Adds up the daily usage of several devices, oldest day first. */
function mergeDays(rows: readonly DailyUsage[][]): DailyUsage[] {
  const days = new Map<number, DailyUsage>();
  for (const { at, bytes, sms } of rows.flat()) {
    const one = days.get(at) ?? { at, bytes: 0, sms: 0 };
    days.set(at, { at, bytes: one.bytes + bytes, sms: one.sms + sms });
  }
  return [...days.values()].sort((a, b) => a.at - b.at);
}

function total(days: readonly DailyUsage[]): { bytesUsed: number; smsUsed: number } {
  return { bytesUsed: days.reduce((sum, one) => sum + one.bytes, 0), smsUsed: days.reduce((sum, one) => sum + one.sms, 0) };
}

/** Reads a billing cycle, by default the last completed one. It runs from the 25th to the 24th; `from` and `to` are the midnights UTC of its first and last day. */
function readCycle(world: World, value: unknown): { year: string; month: string; from: number; to: number } {
  const sent = asObject(value);
  const now = new Date(world.clock.now());
  const lastCompleted = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - (now.getUTCDate() >= 25 ? 0 : 1), 1));
  const year = Number(asText(sent['year']) ?? lastCompleted.getUTCFullYear());
  const month = Number(asText(sent['month']) ?? lastCompleted.getUTCMonth() + 1);
  // The error code for an invalid cycle is not documented.
  if (!Number.isInteger(year) || !(month >= 1 && month <= 12))
    throw apiError('INPUT_INVALID.BillingCycle.Invalid', 'There is no such cycle.');
  return {
    year: String(year),
    month: String(month).padStart(2, '0'),
    from: Date.UTC(year, month - 2, 25),
    to: Date.UTC(year, month - 1, 25) - day,
  };
}

/** Returns the devices of a billed usage request: flat identifiers, or elements with `deviceIds` as the SDK sends them. */
function billedDevices(world: World, list: readonly unknown[], account: string): TsDevice[] {
  return list.map((one) => requireInAccount(findOne(world.thingspace, 'kind' in asObject(one) ? [readId(one)] : readIds(one)), account));
}

/** Reads the labels of a billed usage request: a list, or the SDK's object with the list under `deviceIds`. */
function billedLabels(value: unknown): Label[] {
  const nested = asObject(value)['deviceIds'];
  return (Array.isArray(value) ? value : Array.isArray(nested) ? nested : []).map(readLabel);
}

/** The days on which a device had a promotion. Assumption: it lasts from the first activation, on devices of every kind. */
function promoUsageOf(world: World, device: TsDevice, from: number, to: number): DailyUsage[] {
  const promotion = world.thingspace.promotions.find((one) => one.plan === device.plan);
  if (!promotion || device.firstActivated === undefined) return [];
  return dailyUsageOf(world, device, from, Math.min(to, device.firstActivated + promotion.days * day));
}

/** Reads the span of a promotion usage request; pages and SDK name its ends differently. */
function readPromoSpan(sent: Record<string, unknown>): { from: number; to: number } {
  const from = readDate(sent, 'earliest') ?? readDate(sent, 'startTime');
  const to = readDate(sent, 'latest') ?? readDate(sent, 'endTime');
  if (from === undefined || to === undefined) throw apiError('DeserializationFailed', 'The span is missing.');
  return { from, to };
}

export const usage: Handlers<typeof contracts> = {
  list({ world, body }) {
    const sent = readBody(body);
    const earliest = readDate(sent, 'earliest');
    const latest = readDate(sent, 'latest');
    if (earliest === undefined || latest === undefined) throw apiError('DeserializationFailed', 'earliest and latest are required.');
    const devices = usageDevices(world, sent);
    const days = mergeDays(devices.map((device) => dailyUsageOf(world, device, earliest, latest)));
    const hasMoreData = days.length > pageSize;
    const usageHistory = days.slice(0, pageSize).map(({ at, bytes, sms }) => ({
      bytesUsed: bytes,
      smsUsed: sms,
      servicePlan: devices[0]?.plan ?? '',
      source: 'Raw Usage',
      timestamp: utcMidnight(at),
      extendedAttributes: [
        { key: 'MoSms', value: String(sms) },
        { key: 'MtSms', value: '0' },
      ],
    }));
    return { status: hasMoreData ? 202 : 200, body: { hasMoreData, usageHistory } };
  },

  // The members of a row other than deviceIds are not verified against the real API.
  aggregate({ world, body }) {
    const sent = readBody(body);
    const from = readDate(sent, 'startTime');
    const to = readDate(sent, 'endTime');
    if (from === undefined || to === undefined) throw apiError('DeserializationFailed', 'startTime and endTime are required.');
    // The error codes for a span over 31 days or a start more than 184 days ago are not documented.
    if (to - from > 31 * day || from < world.clock.now() - 184 * day)
      throw apiError('INPUT_INVALID.DateRange.Invalid', 'The span is longer than a month or begins more than 6 months ago.');
    const { label, deviceIds, accountName, groupName } = sent;
    const labels = Array.isArray(label) ? label.map(readLabel) : [];
    const devices =
      labels.length > 0
        ? labels.flatMap((one) => devicesWithLabel(world, one, asText(accountName)))
        : selectDevices(world, { deviceIds, accountName, groupName });
    return acceptRequest(world, {
      action: 'aggregateUsage',
      account: (device) => device.account,
      subjects: devices,
      ids: callbackIdsOf,
      task: (device) => ({
        deviceResponse: {
          usageResponse: [
            {
              deviceIds: callbackIdsOf(device),
              ...total(dailyUsageOf(world, device, from, to)),
              servicePlan: device.plan,
              source: 'Raw Usage',
            },
          ],
        },
      }),
    });
  },

  // The response is an assumption, because the documents do not show it.
  billed({ world, body }) {
    const sent = readBody(body);
    const account = accountOf(world.thingspace, required(sent, 'accountName')).name;
    const { year, month, from, to } = readCycle(world, sent['billingCycle']);
    const labels = billedLabels(sent['labels']);
    const rows =
      labels.length > 0
        ? labels.map((label) => ({ label, devices: devicesWithLabel(world, label, account) }))
        : [{ deviceId: sent['deviceId'], devices: billedDevices(world, [sent['deviceId']], account) }];
    const usage = rows.map(({ devices, ...row }) => ({
      ...row,
      ...total(mergeDays(devices.map((device) => dailyUsageOf(world, device, from, to)))),
    }));
    return { status: 200, body: { accountName: account, billingCycle: { year, month }, usage } };
  },

  // The callback's member is an assumption.
  billedList({ world, body }) {
    const sent = readBody(body);
    const account = accountOf(world.thingspace, required(sent, 'accountName')).name;
    const { year, month, from, to } = readCycle(world, sent['billingCycle']);
    const labels = billedLabels(sent['labels']);
    const list = optionalList(sent, 'deviceIds', 2000);
    const devices =
      labels.length > 0
        ? labels.flatMap((label) => devicesWithLabel(world, label, account))
        : list
          ? billedDevices(world, list, account)
          : selectDevices(world, { accountName: account });
    return acceptRequest(world, {
      action: 'billedUsage',
      account: (device) => device.account,
      subjects: devices,
      ids: callbackIdsOf,
      task: (device) => ({
        deviceResponse: {
          billedUsageResponse: {
            billingCycle: { year, month },
            ...(device.label ? { label: device.label } : {}),
            ...total(dailyUsageOf(world, device, from, to)),
          },
        },
      }),
    });
  },

  promo({ world, body }) {
    const sent = readBody(body);
    const { from, to } = readPromoSpan(sent);
    const id = readId([sent['deviceId']].flat()[0]);
    const device = findOne(world.thingspace, [id]);
    const days = promoUsageOf(world, device, from, to);
    const hasMoreData = days.length > pageSize;
    const usageHistory = days.slice(0, pageSize).map(({ at, bytes, sms }) => ({
      bytesUsed: bytes,
      servicePlan: device.plan,
      smsUsed: sms,
      moSMS: sms,
      mtSMS: 0,
      source: 'Raw Usage',
      eventDateTime: utcMidnight(at),
    }));
    return { status: 200, body: { hasMoreData, deviceId: { id: id.id, kind: id.kind }, usageHistory } };
  },

  // The callback's member is an assumption. The SDK names the account accountId and the devices deviceId.
  promoAggregate({ world, body }) {
    const sent = readBody(body);
    const { from, to } = readPromoSpan(sent);
    const account = accountOf(world.thingspace, required({ accountName: sent['accountId'], ...sent }, 'accountName')).name;
    const list = requiredList({ deviceIds: sent['deviceId'], ...sent }, 'deviceIds');
    return acceptRequest(world, {
      action: 'promoUsage',
      account: () => account,
      subjects: devicesOfIds(world, list, account),
      ids: callbackIdsOf,
      task: (device) => ({
        deviceResponse: {
          promoUsageResponse: { ...total(promoUsageOf(world, device, from, to)), servicePlan: device.plan, source: 'Raw Usage' },
        },
      }),
    });
  },
};
