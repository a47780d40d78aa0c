import type { usage as contracts } from '../../clients/thingspace/usage.ts';
import type { Behaviours } from '../behaviour.ts';
import { readBody, readDate } from './body.ts';
import { findOne, readId } from './find.ts';
import { daysOfUse } from './history.ts';
import { midnight } from './shapes.ts';
import { wrong } from './wrong.ts';

const most = 500;

export const usage: Behaviours<typeof contracts> = {
  list({ world, body }) {
    const sent = readBody(body);
    const earliest = readDate(sent, 'earliest');
    const latest = readDate(sent, 'latest');
    if (earliest === undefined || latest === undefined) throw wrong('DeserializationFailed', 'earliest and latest are required.');
    // No device here carries a label.
    if (sent['deviceId'] === undefined) throw wrong('REQUEST_FAILED.DeviceNotFound', 'The device does not exist.');
    const device = findOne(world.thingspace, [readId(sent['deviceId'])]);
    const days = daysOfUse(world, device, earliest, latest);
    const hasMoreData = days.length > most;
    const usageHistory = days.slice(0, most).map(({ at, bytes, sms }) => ({
      bytesUsed: bytes,
      smsUsed: sms,
      servicePlan: device.plan,
      source: 'Raw Usage',
      timestamp: midnight(at),
      extendedAttributes: [
        { key: 'MoSms', value: String(sms) },
        { key: 'MtSms', value: '0' },
      ],
    }));
    return { status: hasMoreData ? 202 : 200, body: { hasMoreData, usageHistory } };
  },
};
