/** Downlinks. A queued downlink is not yet delivered, and the API cannot list the queue. */
import { devices } from '../../clients/thingpark/devices.ts';
import { dxDevices } from '../../clients/thingpark/dx-devices.ts';
import { instant } from '../../clock.ts';
import { day } from '../../durations.ts';
import { textMemberOf } from '../../text/is-object.ts';
import { sanitize } from '../../text/sanitize.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type PlannerContext, planner, type Settled } from '../planner.ts';
import { agoText, deviceTarget } from './device-delete.ts';
import { type DeviceRead, deviceNameFromUid, readDeviceByUid, stateOf } from './read-device.ts';

// In ms. The response may arrive after the downlink was sent, and the platform's clock may differ from ours.
const clockTolerance = 5000;

interface Downlink {
  payload: string;
  port: string;
  confirmed: boolean;
  flush: boolean;
}

export const sendDownlink = planner({
  operation: devices.downlink,
  async inspect(inputs, at) {
    return planDownlink(
      inputs,
      ({ query }) => ({
        payload: query?.payload ?? '',
        port: String(query?.fPort ?? ''),
        confirmed: query?.confirmed === true,
        flush: query?.flushDownlinkQueue === true,
      }),
      ({ path }) => path.deviceUid,
      at,
    );
  },
  settle: (step, at) => sentSince(step.input.path.deviceUid, step, at),
  settleTimeout: { ms: day, onTimeout: 'unknown' },
});

/** Sends a downlink through DX, by ref or DevEUI. It is read back through OSS, which reports the class and the last downlink. */
export const sendDxDownlink = planner({
  operation: dxDevices.downlink,
  async inspect(inputs, at) {
    const effects = dxDevices.downlink.effects;
    const found = await planDownlink(
      inputs,
      ({ query, body }) => ({
        payload: body.payloadHex,
        port: body.targetPorts,
        confirmed: query?.confirmDownlink === true,
        flush: query?.flushDownlinkQueue === true,
      }),
      ({ path }) => uidOf(path.device),
      at,
    );
    return { ...found, effects };
  },
  providerRequestIdOf: (reply) => correlationIdOf(reply),
  settle: (step, at) => sentSince(uidOf(step.input.path.device), step, at),
  settleTimeout: { ms: day, onTimeout: 'unknown' },
});

const uidOf = (device: string): string => (/^[0-9A-Fa-f]{16}$/.test(device) ? `e${device}` : device);

function correlationIdOf(reply: unknown): string | undefined {
  return textMemberOf(reply, 'correlationID');
}

async function planDownlink<I>(inputs: readonly I[], downlinkOf: (input: I) => Downlink, uid: (input: I) => string, at: PlannerContext) {
  const inspected = await mapWithConcurrency(inputs, async (input) => {
    const device = await readDeviceByUid(uid(input), at);
    const target = deviceTarget(uid(input), device, (one) => ({
      class: one.currentClass ?? 'unknown',
      state: stateOf(one),
      plan: one.networkSubscription?.ID ?? 'none',
    }));
    if (!device) return { input, target, device };
    const why =
      (device.connectivity ?? 'LORAWAN') === 'CELLULAR'
        ? 'it is a cellular device, downlinks are for LoRaWAN'
        : target.before['state'] === 'suspended'
          ? 'it is suspended and gets nothing; resume_device first'
          : undefined;
    return { input, device, target: why ? { ...target, verdict: 'refuse' as const, why } : target };
  });
  const changing = inspected.filter(({ target }) => target.verdict === 'change');
  const first = changing[0] ?? inspected[0];
  const downlink = first && downlinkOf(first.input);
  return {
    targets: inspected.map(({ target }) => target),
    steps: changing.map(({ input, target }) => ({ input, targets: [target.device] })),
    effect: `${downlink ? describe(downlink) : ''}; ${describeWindow(first?.device, at)}`,
    noun: 'device',
    effects: devices.downlink.effects,
    settles: 'queued at once; sent after the next uplink for class A',
    warnings: inspected.some(({ input }) => downlinkOf(input).flush)
      ? ['everything in its queue is lost, including downlinks queued by others']
      : [],
  };
}

function describe({ payload, port, confirmed, flush }: Downlink): string {
  const bytes = payload.length / 2;
  const shown = payload.length > 40 ? `${payload.slice(0, 32)}...` : payload;
  return `${flush ? 'EMPTY its downlink queue, then ' : ''}send ${sanitize(shown.toUpperCase(), 40)} (${bytes} byte${bytes === 1 ? '' : 's'}) on port ${sanitize(port, 3)}, ${confirmed ? 'confirmed' : 'unconfirmed'}`;
}

type Read = DeviceRead | undefined;

/** When the downlink can be sent, by the device's class and its last uplink. */
function describeWindow(device: Read, { clock }: PlannerContext): string {
  const last = device?.lastUpTimestamp;
  const lastUplink = typeof last === 'number' ? `last one ${agoText(last, clock.now())}` : 'it was never heard';
  if (device?.currentClass === 'C') return `class C, goes out at once (${lastUplink.replace('last one', 'heard')})`;
  if (device?.currentClass === 'B') return 'class B, goes out in its next ping slot';
  return `class ${device?.currentClass ?? 'A'}, waits for its next uplink (${lastUplink})`;
}

/** A last downlink later than the request shows that one was sent, but the API does not report which one. */
async function sentSince(
  deviceUid: string,
  { targets, answered, sentAt }: { targets: readonly string[]; answered: boolean; sentAt: number },
  at: Pick<PlannerContext, 'connection' | 'signal'>,
): Promise<Settled[]> {
  const device = targets[0] ?? deviceNameFromUid(deviceUid);
  const read = await readDeviceByUid(deviceUid, at);
  const last = read?.lastDwTimestamp;
  if (typeof last !== 'number' || last < sentAt - clockTolerance)
    return [{ device, outcome: 'pending', why: answered ? 'queued, not sent yet' : 'no downlink went out since' }];
  const after = { lastDownlink: instant(last - (last % 1000)) };
  if (!answered) return [{ device, outcome: 'pending', after, why: 'a downlink went out since, it may be this one or another' }];
  return [
    { device, outcome: 'applied', after, why: 'a downlink went out after it was queued; whether the device received it is not known' },
  ];
}
