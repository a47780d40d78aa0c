import type { sms as contracts } from '../../clients/thingspace/sms.ts';
import { type Ask, type Behaviours, type Told, textOf } from '../behaviour.ts';
import type { World } from '../world.ts';
import { readBody, readDate, required } from './body.ts';
import { chosen, notIn } from './chosen.ts';
import { accountOf, findOne, mdnOf, readId } from './find.ts';
import { daysOfUse } from './history.ts';
import { listenerOf, post } from './outbox.ts';
import { accept, promise, shortIds } from './requests.ts';
import type { Queued } from './seed.ts';
import { eastern } from './shapes.ts';
import { wrong } from './wrong.ts';

const hour = 3_600_000;
const retentionMs = 92 * 24 * hour;
const maxEvents = 500;
const service = 'EnhancedConnectivityService';

/** Simulates an SMS from a device. It goes to the listener when callbacks are started for the account, otherwise into the queue. */
export function deviceSms(world: World, account: string, mdn: string, message: string): void {
  const ts = world.thingspace;
  ts.smsQueue.push({ serial: ts.nextSms++, account, mdn, message, at: world.clock.now() });
  if (ts.smsByCallback.has(account)) flushQueue(world, account);
}

/** Sends the queued SMS of an account to its listener. Without a listener they stay in the queue. The format of the request id is an assumption. */
function flushQueue(world: World, account: string): void {
  const ts = world.thingspace;
  if (!listenerOf(world, account, service)) return;
  for (const { mdn, message, serial } of ts.smsQueue.filter((one) => one.account === account)) {
    post(world, account, service, { requestId: `sms-${serial}`, deviceIds: [{ id: mdn, kind: 'mdn' }], smsMessage: message });
  }
  ts.smsQueue = ts.smsQueue.filter((one) => one.account !== account);
}

function wire({ mdn, message, at }: Queued) {
  return { deviceIds: [{ id: mdn, kind: 'mdn' }], message, timestamp: eastern(at) };
}

/** Returns a page of the queue. `next` is the serial number of the last message already read; messages up to it are removed. */
function page({ world, path, query }: Ask<{ accountName: string }>): Told<{ hasMoreData: boolean; messages: ReturnType<typeof wire>[] }> {
  const ts = world.thingspace;
  const account = accountOf(ts, path.accountName).name;
  const acknowledged = Number(query.get('next') ?? 0);
  if (Number.isNaN(acknowledged)) throw wrong('DeserializationFailed', 'next is not a token.');
  ts.smsQueue = ts.smsQueue.filter((one) => one.account !== account || one.serial > acknowledged);
  const queued = ts.smsQueue.filter((one) => one.account === account);
  const messages = queued.slice(0, ts.page.sms);
  const last = messages.at(-1);
  const hasMoreData = queued.length > messages.length;
  return {
    status: hasMoreData ? 202 : 200,
    body: { hasMoreData, messages: messages.map(wire) },
    ...(last ? { headers: { location: `/sms/${encodeURIComponent(account)}/history/?next=${last.serial}` } } : {}),
  };
}

/** Handlers for SMS. Assumption: the last page also has a Location header, so that a client can acknowledge its messages. */
export const sms: Behaviours<typeof contracts> = {
  list: page,
  take: page,

  send({ world, body }) {
    const sent = readBody(body);
    const account = accountOf(world.thingspace, required(sent, 'accountName')).name;
    const text = textOf(sent['smsMessage']);
    if (text === undefined) throw wrong('INPUT_INVALID.SmsMessage.Null', 'The message is empty.');
    const encoding = textOf(sent['dataEncoding']) ?? '7-bit';
    if (text.length > (encoding === '7-bit' ? 160 : 140)) throw wrong('INPUT_INVALID.SmsMessage.TooLong', 'The message is too long.');
    return accept(world, 'sms', chosen(world, { ...sent, accountName: account, devices: undefined }), (device, now, sendCallback) => {
      if (device.state !== 'active') return notIn('active');
      device.texted = [...(device.texted ?? []), now];
      sendCallback(service, { comment: 'Message sent' });
      return { deviceResponse: { smsDeliveryResponse: { confirmation: 'true' } } };
    });
  },

  startCallbacks({ world, path }) {
    const account = accountOf(world.thingspace, path.accountName).name;
    world.thingspace.smsByCallback.add(account);
    flushQueue(world, account);
    return { status: 200, body: { success: true } };
  },

  events({ world, body }) {
    const sent = readBody(body);
    if (sent['deviceId'] === undefined) throw wrong('DeserializationFailed', 'The element deviceId is missing.');
    const device = findOne(world.thingspace, [readId(sent['deviceId'])]);
    const now = world.clock.now();
    const from = Math.max(readDate(sent, 'earliest') ?? 0, now - retentionMs);
    const to = Math.min(readDate(sent, 'latest') ?? now, now);
    return promise(world, {
      action: 'smsEvents',
      account: () => device.account,
      subjects: [device],
      ids: shortIds,
      work: () => {
        const sentTo = device.line === undefined ? '' : mdnOf(device.line);
        const sentByDevice = daysOfUse(world, device, from, to).flatMap(({ at, sms: count }) =>
          count > 0 ? [{ at: at + 6 * hour, smsType: 'MoSms' }] : [],
        );
        const received = (device.texted ?? []).filter((at) => at >= from && at <= to).map((at) => ({ at, smsType: 'MtSms' }));
        const smsEvents = [...sentByDevice, ...received]
          .sort((a, b) => a.at - b.at)
          .slice(0, maxEvents)
          .map(({ at, smsType }) => ({ timestamp: eastern(at), smsType, sentTo: smsType === 'MtSms' ? sentTo : '900060005010' }));
        return { deviceResponse: { smsEvents } };
      },
    });
  },
};
