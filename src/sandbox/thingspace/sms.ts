import type { sms as contracts } from '../../clients/thingspace/sms.ts';
import { day, hour } from '../../durations.ts';
import { asText, type Handlers, type SandboxRequest, type SandboxResponse } from '../handler.ts';
import type { World } from '../world.ts';
import { readBody, readDate, required } from './body.ts';
import { accountOf, findOne, mdnOf, readId } from './device-lookup.ts';
import { selectDevices, stateFault } from './device-selection.ts';
import { apiError } from './errors.ts';
import { dailyUsageOf } from './history.ts';
import { listenerOf, postCallback } from './outbox.ts';
import { acceptForDevices, acceptRequest, callbackIdsOf } from './requests.ts';
import { easternTime } from './serialize.ts';
import type { QueuedSms } from './state.ts';

const retentionMs = 92 * day;
const maxEvents = 500;
const service = 'EnhancedConnectivityService';

/** Simulates an SMS from a device. It goes to the listener when callbacks are started for the account, otherwise into the queue. */
export function receiveDeviceSms(world: World, account: string, mdn: string, message: string): void {
  const ts = world.thingspace;
  ts.smsQueue.push({ serial: ts.nextSms++, account, mdn, message, at: world.clock.now() });
  if (ts.smsByCallback.has(account)) flushQueue(world, account);
}

/** Sends the queued SMS of an account to its listener. Without a listener they stay in the queue. The format of the request id is an assumption. */
function flushQueue(world: World, account: string): void {
  const ts = world.thingspace;
  if (!listenerOf(world, account, service)) return;
  for (const { mdn, message, serial } of ts.smsQueue.filter((one) => one.account === account)) {
    postCallback(world, account, service, { requestId: `sms-${serial}`, deviceIds: [{ id: mdn, kind: 'mdn' }], smsMessage: message });
  }
  ts.smsQueue = ts.smsQueue.filter((one) => one.account !== account);
}

function serializeSms({ mdn, message, at }: QueuedSms) {
  return { deviceIds: [{ id: mdn, kind: 'mdn' }], message, timestamp: easternTime(at) };
}

/** Returns a page of the queue. `next` is the serial number of the last message already read; messages up to it are removed. */
function page({
  world,
  path,
  query,
}: SandboxRequest<{ accountName: string }>): SandboxResponse<{ hasMoreData: boolean; messages: ReturnType<typeof serializeSms>[] }> {
  const ts = world.thingspace;
  const account = accountOf(ts, path.accountName).name;
  const acknowledged = Number(query.get('next') ?? 0);
  if (Number.isNaN(acknowledged)) throw apiError('DeserializationFailed', 'next is not a token.');
  ts.smsQueue = ts.smsQueue.filter((one) => one.account !== account || one.serial > acknowledged);
  const queued = ts.smsQueue.filter((one) => one.account === account);
  const messages = queued.slice(0, ts.page.sms);
  const last = messages.at(-1);
  const hasMoreData = queued.length > messages.length;
  return {
    status: hasMoreData ? 202 : 200,
    body: { hasMoreData, messages: messages.map(serializeSms) },
    ...(last ? { headers: { location: `/sms/${encodeURIComponent(account)}/history/?next=${last.serial}` } } : {}),
  };
}

/** Handlers for SMS. Assumption: the last page also has a Location header, so that a client can acknowledge its messages. */
export const sms: Handlers<typeof contracts> = {
  list: page,
  take: page,

  send({ world, body }) {
    const sent = readBody(body);
    const account = accountOf(world.thingspace, required(sent, 'accountName')).name;
    const text = asText(sent['smsMessage']);
    if (text === undefined) throw apiError('INPUT_INVALID.SmsMessage.Null', 'The message is empty.');
    const encoding = asText(sent['dataEncoding']) ?? '7-bit';
    if (text.length > (encoding === '7-bit' ? 160 : 140)) throw apiError('INPUT_INVALID.SmsMessage.TooLong', 'The message is too long.');
    return acceptForDevices(
      world,
      'sms',
      selectDevices(world, { ...sent, accountName: account, devices: undefined }),
      (device, now, sendCallback) => {
        if (device.state !== 'active') return stateFault('active');
        device.smsReceived = [...(device.smsReceived ?? []), now];
        sendCallback(service, { comment: 'Message sent' });
        return { deviceResponse: { smsDeliveryResponse: { confirmation: 'true' } } };
      },
    );
  },

  startCallbacks({ world, path }) {
    const account = accountOf(world.thingspace, path.accountName).name;
    world.thingspace.smsByCallback.add(account);
    flushQueue(world, account);
    return { status: 200, body: { success: true } };
  },

  events({ world, body }) {
    const sent = readBody(body);
    if (sent['deviceId'] === undefined) throw apiError('DeserializationFailed', 'The element deviceId is missing.');
    const device = findOne(world.thingspace, [readId(sent['deviceId'])]);
    const now = world.clock.now();
    const from = Math.max(readDate(sent, 'earliest') ?? 0, now - retentionMs);
    const to = Math.min(readDate(sent, 'latest') ?? now, now);
    return acceptRequest(world, {
      action: 'smsEvents',
      account: () => device.account,
      subjects: [device],
      ids: callbackIdsOf,
      task: () => {
        const sentTo = device.mdnIndex === undefined ? '' : mdnOf(device.mdnIndex);
        const sentByDevice = dailyUsageOf(world, device, from, to).flatMap(({ at, sms: count }) =>
          count > 0 ? [{ at: at + 6 * hour, smsType: 'MoSms' }] : [],
        );
        const received = (device.smsReceived ?? []).filter((at) => at >= from && at <= to).map((at) => ({ at, smsType: 'MtSms' }));
        const smsEvents = [...sentByDevice, ...received]
          .sort((a, b) => a.at - b.at)
          .slice(0, maxEvents)
          .map(({ at, smsType }) => ({ timestamp: easternTime(at), smsType, sentTo: smsType === 'MtSms' ? sentTo : '900060005010' }));
        return { deviceResponse: { smsEvents } };
      },
    });
  },
};
