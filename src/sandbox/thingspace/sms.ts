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
const kept = 92 * 24 * hour;
const most = 500;
const service = 'EnhancedConnectivityService';

/** A message from a device reaches the listener, or the queue where none may have it. */
export function deviceSms(world: World, account: string, mdn: string, message: string): void {
  const ts = world.thingspace;
  ts.smsQueue.push({ serial: ts.nextSms++, account, mdn, message, at: world.clock.now() });
  if (ts.smsByCallback.has(account)) drain(world, account);
}

/** Hands the queue to the listener; where nobody listens the messages stay. The request id of such a message is our own. */
function drain(world: World, account: string): void {
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

/** A page of the queue; `next` is the serial of the last message of the page before, which it removes. */
function page({ world, path, query }: Ask<{ accountName: string }>): Told<{ hasMoreData: boolean; messages: ReturnType<typeof wire>[] }> {
  const ts = world.thingspace;
  const account = accountOf(ts, path.accountName).name;
  const seen = Number(query.get('next') ?? 0);
  if (Number.isNaN(seen)) throw wrong('DeserializationFailed', 'next is not a token.');
  ts.smsQueue = ts.smsQueue.filter((one) => one.account !== account || one.serial > seen);
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

/** The last page names a next one too, so that it can be acknowledged: our choice. */
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
    return accept(world, 'sms', chosen(world, { ...sent, accountName: account, devices: undefined }), (device, now, say) => {
      if (device.state !== 'active') return notIn('active');
      device.texted = [...(device.texted ?? []), now];
      say(service, { comment: 'Message sent' });
      return { deviceResponse: { smsDeliveryResponse: { confirmation: 'true' } } };
    });
  },

  startCallbacks({ world, path }) {
    const account = accountOf(world.thingspace, path.accountName).name;
    world.thingspace.smsByCallback.add(account);
    drain(world, account);
    return { status: 200, body: { success: true } };
  },

  events({ world, body }) {
    const sent = readBody(body);
    if (sent['deviceId'] === undefined) throw wrong('DeserializationFailed', 'The element deviceId is missing.');
    const device = findOne(world.thingspace, [readId(sent['deviceId'])]);
    const now = world.clock.now();
    const from = Math.max(readDate(sent, 'earliest') ?? 0, now - kept);
    const to = Math.min(readDate(sent, 'latest') ?? now, now);
    return promise(world, {
      action: 'smsEvents',
      account: () => device.account,
      subjects: [device],
      ids: shortIds,
      work: () => {
        const sentTo = device.line === undefined ? '' : mdnOf(device.line);
        const own = daysOfUse(world, device, from, to).flatMap(({ at, sms: count }) =>
          count > 0 ? [{ at: at + 6 * hour, smsType: 'MoSms' }] : [],
        );
        const got = (device.texted ?? []).filter((at) => at >= from && at <= to).map((at) => ({ at, smsType: 'MtSms' }));
        const smsEvents = [...own, ...got]
          .sort((a, b) => a.at - b.at)
          .slice(0, most)
          .map(({ at, smsType }) => ({ timestamp: eastern(at), smsType, sentTo: smsType === 'MtSms' ? sentTo : '900060005010' }));
        return { deviceResponse: { smsEvents } };
      },
    });
  },
};
