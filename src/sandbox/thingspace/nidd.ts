import { base64ByteLength, type nidd as contracts, niddMaxBytes } from '../../clients/thingspace/nidd.ts';
import { asText, type Handlers } from '../handler.ts';
import { readBody, required } from './body.ts';
import { accountOf } from './device-lookup.ts';
import { devicesOfIds } from './device-selection.ts';
import { apiError } from './errors.ts';
import { isConnected } from './history.ts';
import { runAfter } from './outbox.ts';
import { acceptForDevices, type CallbackBody, callbackIdsOf } from './requests.ts';
import { easternTime } from './serialize.ts';
import type { TsDevice } from './state.ts';

/** Callback body for the delivery of a message to a device. Status and reason texts are the documented ones. */
function delivery(device: TsDevice, status: string, more: Record<string, string>): CallbackBody {
  return { niddResponse: { niddMTDeliveryResponse: { accountName: device.account, ...more, deviceIds: callbackIdsOf(device) } }, status };
}

export const nidd: Handlers<typeof contracts> = {
  /** A device counts as NB-IoT by its service plan. A message to an unreachable device is sent again at the end of maximumDeliveryTime, or times out. */
  send({ world, body }) {
    const sent = readBody(body);
    const account = accountOf(world.thingspace, required(sent, 'accountName')).name;
    const ids = sent['deviceIds'];
    if (!Array.isArray(ids) || ids.length === 0) throw apiError('INPUT_INVALID.DeviceNotProvided', 'No device is named.');
    const text = asText(sent['message']);
    if (text === undefined) throw apiError('INPUT_INVALID.Message.Null', 'The message is empty.');
    const size = base64ByteLength(text);
    if (size === undefined) throw apiError('DeserializationFailed', 'The message is not base64.');
    const seconds = Number(required(sent, 'maximumDeliveryTime'));
    // The error code for a time outside 2 to 2,592,000 seconds is not documented.
    if (!(seconds >= 2 && seconds <= 2_592_000)) throw apiError('INPUT_INVALID.MaximumDeliveryTime.Invalid', 'The time is out of bounds.');
    return acceptForDevices(world, 'nidd', devicesOfIds(world, ids, account), (device, now, sendCallback) => {
      if (device.plan !== 'IOTNB50KB' || device.mdnIndex === undefined)
        return delivery(device, 'DeliveryFailed', { reason: 'Not CatM or NBIoT Device' });
      if (size > niddMaxBytes) return delivery(device, 'DeliveryFailed', { reason: 'NIDD MT payload exceeds the defined limit' });
      if (isConnected(device, now)) return delivery(device, 'Delivered', { acknowledgeTime: easternTime(now) });
      runAfter(world, seconds * 1000, () => {
        const deadline = world.clock.now();
        const result = isConnected(device, deadline)
          ? delivery(device, 'Delivered', { acknowledgeTime: easternTime(deadline) })
          : delivery(device, 'DeliveryFailed', { reason: 'Timeout, could not deliver data' });
        sendCallback('NiddService', result);
      });
      return delivery(device, 'Queued', { reason: 'Buffered, device not reachable' });
    });
  },
};
