/** Downlinks. A queued downlink is not yet delivered, and the API cannot list the queue. */
import { CallError } from '../../clients/http/errors.ts';
import { baseStations } from '../../clients/thingpark/base-stations.ts';
import { devices } from '../../clients/thingpark/devices.ts';
import { payloadWarning, regionIn } from '../../clients/thingpark/downlink-sizes.ts';
import { dxDevices } from '../../clients/thingpark/dx-devices.ts';
import { instant } from '../../clock.ts';
import { day } from '../../durations.ts';
import { textMemberOf } from '../../text/is-object.ts';
import { warning } from '../document/approval-document.ts';
import { field, nothing, ownText, type Phrase, phrase, quoted, stated } from '../document/phrase.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type PlannerContext, planner, type Settled } from '../planner.ts';
import { agoText, deviceTarget } from './device-delete.ts';
import { planFactOf } from './fact-text.ts';
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
      { payload: 'query.payload', port: 'query.fPort', confirmed: 'query.confirmed' },
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
      { payload: 'body.payloadHex', port: 'body.targetPorts', confirmed: 'query.confirmDownlink' },
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

async function planDownlink<I>(
  inputs: readonly I[],
  downlinkOf: (input: I) => Downlink,
  uid: (input: I) => string,
  fields: DownlinkFields,
  at: PlannerContext,
) {
  const inspected = await mapWithConcurrency(inputs, async (input) => {
    const device = await readDeviceByUid(uid(input), at);
    const target = deviceTarget(uid(input), device, (one) => ({
      class: one.currentClass ?? 'unknown',
      state: stateOf(one),
      plan: planFactOf(one),
    }));
    if (!device) return { input, target, device, doubt: undefined };
    const why =
      (device.connectivity ?? 'LORAWAN') === 'CELLULAR'
        ? 'it is a cellular device, downlinks are for LoRaWAN'
        : target.before['state'] === 'suspended'
          ? 'it is suspended and gets nothing; resume_device first'
          : undefined;
    const doubt = why ? undefined : await sizeWarning(device, downlinkOf(input).payload.length / 2, at);
    return { input, device, doubt, target: why ? { ...target, verdict: 'refuse' as const, why } : target };
  });
  const changing = inspected.filter(({ target }) => target.verdict === 'change');
  const first = changing[0] ?? inspected[0];
  const downlink = first && downlinkOf(first.input);
  return {
    targets: inspected.map(({ target }) => target),
    steps: changing.map(({ input, target }) => ({ input, targets: [target.device] })),
    effect: phrase`${downlink ? describe(downlink, fields) : nothing}; ${describeWindow(first?.device, at)}`,
    noun: 'device',
    effects: devices.downlink.effects,
    settles: phrase`queued at once; sent after the next uplink for class A`,
    warnings: [
      ...(inspected.some(({ input }) => downlinkOf(input).flush)
        ? [warning('queue-emptied', phrase`everything in its queue is lost, including downlinks queued by others`)]
        : []),
      ...[...new Set(inspected.flatMap(({ doubt }) => doubt ?? []))].map((text) => warning('payload-size', ownText(text))),
    ],
  };
}

/** Where the request carries the parts of a downlink. */
interface DownlinkFields {
  payload: string;
  port: string;
  confirmed: string;
}

function describe({ payload, confirmed, flush }: Downlink, fields: DownlinkFields): Phrase {
  const bytes = payload.length / 2;
  const first = flush ? stated('query.flushDownlinkQueue', true, phrase`EMPTY its downlink queue, then `) : nothing;
  const kind = stated(fields.confirmed, confirmed, confirmed ? phrase`confirmed` : phrase`unconfirmed`);
  const kept = flush ? nothing : stated('query.flushDownlinkQueue', false, nothing);
  return phrase`${first}send ${field(fields.payload, 80)} (${bytes} byte${bytes === 1 ? nothing : phrase`s`}) on port ${field(fields.port)}, ${kind}${kept}`;
}

/** Smaller payloads fit every data rate of every region, so that nothing has to be read for them. */
const alwaysFits = 51;

/** The region is the one of the gateway that hears the device best, else the one that its model names. */
async function sizeWarning(device: NonNullable<Read>, bytes: number, { connection, signal }: PlannerContext): Promise<string | undefined> {
  if (bytes <= alwaysFits) return undefined;
  const gateway = device.bestLRR?.ID;
  const station = gateway
    ? await connection.call(baseStations.read, { path: { bsUid: `i${gateway.toUpperCase()}` } }, { signal }).catch((error: unknown) => {
        if (error instanceof CallError) return undefined;
        throw error;
      })
    : undefined;
  return payloadWarning(bytes, regionIn(station?.rfRegionID) ?? regionIn(device.model?.ID));
}

type Read = DeviceRead | undefined;

/** When the downlink can be sent, by the device's class and its last uplink. */
function describeWindow(device: Read, { clock }: PlannerContext): Phrase {
  const last = device?.lastUpTimestamp;
  const ago = typeof last === 'number' ? ownText(agoText(last, clock.now())) : undefined;
  if (device?.currentClass === 'C') return phrase`class C, goes out at once (${ago ? phrase`heard ${ago}` : phrase`it was never heard`})`;
  if (device?.currentClass === 'B') return phrase`class B, goes out in its next ping slot`;
  const lastUplink = ago ? phrase`last one ${ago}` : phrase`it was never heard`;
  return phrase`class ${device?.currentClass && device.currentClass !== 'A' ? quoted(device.currentClass) : phrase`A`}, waits for its next uplink (${lastUplink})`;
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
