import { bytesIn, type nidd as contracts, niddMost } from '../../clients/thingspace/nidd.ts';
import { type Behaviours, textOf } from '../behaviour.ts';
import { readBody, required } from './body.ts';
import { namedFlat } from './chosen.ts';
import { accountOf } from './find.ts';
import { isConnected } from './history.ts';
import { soon } from './outbox.ts';
import { accept, type Message, shortIds } from './requests.ts';
import type { TsDevice } from './seed.ts';
import { eastern } from './shapes.ts';
import { wrong } from './wrong.ts';

/** Callback body for the delivery of a message to a device. Status and reason texts are the documented ones. */
function delivery(device: TsDevice, status: string, more: Record<string, string>): Message {
  return { niddResponse: { niddMTDeliveryResponse: { accountName: device.account, ...more, deviceIds: shortIds(device) } }, status };
}

export const nidd: Behaviours<typeof contracts> = {
  /** A device counts as NB-IoT by its service plan. A message to an unreachable device is sent again at the end of maximumDeliveryTime, or times out. */
  send({ world, body }) {
    const sent = readBody(body);
    const account = accountOf(world.thingspace, required(sent, 'accountName')).name;
    const ids = sent['deviceIds'];
    if (!Array.isArray(ids) || ids.length === 0) throw wrong('INPUT_INVALID.DeviceNotProvided', 'No device is named.');
    const text = textOf(sent['message']);
    if (text === undefined) throw wrong('INPUT_INVALID.Message.Null', 'The message is empty.');
    const size = bytesIn(text);
    if (size === undefined) throw wrong('DeserializationFailed', 'The message is not base64.');
    const seconds = Number(required(sent, 'maximumDeliveryTime'));
    // The error code for a time outside 2 to 2,592,000 seconds is not documented.
    if (!(seconds >= 2 && seconds <= 2_592_000)) throw wrong('INPUT_INVALID.MaximumDeliveryTime.Invalid', 'The time is out of bounds.');
    return accept(world, 'nidd', namedFlat(world, ids, account), (device, now, sendCallback) => {
      if (device.plan !== 'IOTNB50KB' || device.line === undefined)
        return delivery(device, 'DeliveryFailed', { reason: 'Not CatM or NBIoT Device' });
      if (size > niddMost) return delivery(device, 'DeliveryFailed', { reason: 'NIDD MT payload exceeds the defined limit' });
      if (isConnected(device, now)) return delivery(device, 'Delivered', { acknowledgeTime: eastern(now) });
      soon(world, seconds * 1000, () => {
        const deadline = world.clock.now();
        const result = isConnected(device, deadline)
          ? delivery(device, 'Delivered', { acknowledgeTime: eastern(deadline) })
          : delivery(device, 'DeliveryFailed', { reason: 'Timeout, could not deliver data' });
        sendCallback('NiddService', result);
      });
      return delivery(device, 'Queued', { reason: 'Buffered, device not reachable' });
    });
  },
};
