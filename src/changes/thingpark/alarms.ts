/** Acknowledging alarms: they no longer count in the alarm level of their devices, the faults remain. It cannot be undone. */
import { alarms } from '../../clients/thingpark/alarms.ts';
import { baseStationAlarms } from '../../clients/thingpark/base-station-alarms.ts';
import { dxBaseStationAlarms } from '../../clients/thingpark/dx-base-station-alarms.ts';
import { dxDeviceAlarms } from '../../clients/thingpark/dx-device-alarms.ts';
import { severities, severityName } from '../../clients/thingpark/severities.ts';
import { joined, nothing, ownText, type Phrase, phrase } from '../document/phrase.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type PlannerContext, planner, type Settled, type TargetState } from '../planner.ts';
import { undefinedIfMissing } from './read-back.ts';

type ReadContext = Pick<PlannerContext, 'connection' | 'signal'>;

/** The facts of an alarm that acknowledging needs; `of` is the device or base station. */
interface Alarm {
  uid: string;
  severity: string;
  /** Undefined where it is missing or not understood. */
  acked: boolean | undefined;
  of: string;
}

const noun = 'alarm';
const timeout = { ms: 120_000, onTimeout: 'unknown' } as const;

const ackedText = ({ acked }: Alarm): string => (acked === undefined ? 'unknown' : acked ? 'yes' : 'no');

function targetOf(uid: string, alarm: Alarm | undefined): TargetState {
  if (!alarm) return { device: uid, label: uid, before: {}, verdict: 'refuse', why: 'there is no such alarm' };
  const before = { severity: alarm.severity, acked: ackedText(alarm), of: alarm.of };
  return { device: uid, label: `${uid} of ${alarm.of}`, before, verdict: alarm.acked ? 'unchanged' : 'change' };
}

/** The alarms to acknowledge, counted by severity: `acknowledge 2 major, 1 cleared; the faults remain…`. */
function effectOf(targets: readonly TargetState[]): Phrase {
  const changing = targets.filter(({ verdict }) => verdict === 'change');
  const counts = Map.groupBy(changing, ({ before }) => before['severity'] ?? '');
  const list = joined([...counts].map(([severity, those]) => phrase`${those.length} ${ownText(severity)}`));
  return phrase`acknowledge${counts.size > 0 ? phrase` ${list}` : nothing}; the faults remain but no longer show in alarm levels`;
}

function outcomeOf(uid: string, alarm: Alarm | undefined): Settled {
  if (!alarm) return { device: uid, outcome: 'pending', why: 'not found when read back' };
  const after = { acked: ackedText(alarm) };
  if (alarm.acked) return { device: uid, outcome: 'applied', after };
  const why = alarm.acked === undefined ? { why: 'whether it is acknowledged is not understood when read back' } : {};
  return { device: uid, outcome: 'pending', after, ...why };
}

async function readAlarm(uid: string, { connection, signal }: ReadContext): Promise<Alarm | undefined> {
  const { briefs } = await connection.call(alarms.list, { query: { alarmUid: uid } }, { signal });
  const alarm = briefs.find(({ alarmUid }) => alarmUid?.toLowerCase() === uid.toLowerCase());
  return alarm && alarmOf(alarm, alarm.device?.EUI ?? 'unknown');
}

function alarmOf(
  alarm: { alarmUid?: string | null | undefined; state?: number | null | undefined; acked?: boolean | null | undefined },
  of: string,
): Alarm {
  return { uid: alarm.alarmUid ?? '', severity: severityName(alarm.state), acked: alarm.acked ?? undefined, of };
}

export const ackAlarms = planner({
  operation: alarms.ack,
  async inspect(inputs, at) {
    const targets = await mapWithConcurrency([...new Set(inputs.flatMap(({ body }) => body.alarmUids))], async (uid) =>
      targetOf(uid, await readAlarm(uid, at)),
    );
    const changing = new Set(targets.filter(({ verdict }) => verdict === 'change').map(({ device }) => device));
    const steps = inputs.flatMap(({ body }) => {
      const alarmUids = body.alarmUids.filter((uid) => changing.delete(uid));
      return alarmUids.length > 0 ? [{ input: { body: { alarmUids } }, targets: alarmUids }] : [];
    });
    return { targets, steps, effect: effectOf(targets), noun, effects: alarms.ack.effects };
  },
  settle: (step, at) => mapWithConcurrency(step.targets, async (uid) => outcomeOf(uid, await readAlarm(uid, at))),
  settleTimeout: timeout,
});

export const ackOneAlarm = planner({
  operation: alarms.ackOne,
  async inspect(inputs, at) {
    const targets = await mapWithConcurrency(inputs, async ({ path }) => targetOf(path.alarmUid, await readAlarm(path.alarmUid, at)));
    return {
      targets,
      steps: inputs.flatMap((input, i) => (targets[i]?.verdict === 'change' ? [{ input, targets: [input.path.alarmUid] }] : [])),
      effect: effectOf(targets),
      noun,
      effects: alarms.ackOne.effects,
    };
  },
  settle: (step, at) => mapWithConcurrency(step.targets, async (uid) => outcomeOf(uid, await readAlarm(uid, at))),
  settleTimeout: timeout,
});

/** Acknowledges all alarms of one device that match the filters. The plan names each one, so an approver sees them. */
export const ackDeviceAlarms = planner({
  operation: alarms.ackDevice,
  async inspect(inputs, at) {
    const inspected = await mapWithConcurrency(inputs, async (input) => {
      const targets: TargetState[] = [];
      for (let pageIndex = 1; ; pageIndex++) {
        const query = { ...input.query, pageIndex, acked: false };
        const { briefs, more } = await at.connection.call(alarms.ofDevice, { path: input.path, query }, { signal: at.signal });
        const repeated = targets.some(({ device }) => device === briefs[0]?.alarmUid);
        if (repeated) return { input, targets };
        for (const alarm of briefs) targets.push(targetOf(alarm.alarmUid ?? '', alarmOf(alarm, input.path.deviceUid)));
        if (!more || briefs.length === 0) return { input, targets };
      }
    });
    const targets = inspected.flatMap((entry) => entry.targets);
    return {
      targets,
      steps: inspected.flatMap(({ input, targets: own }) => (own.length > 0 ? [{ input, targets: own.map(({ device }) => device) }] : [])),
      effect: effectOf(targets),
      noun,
      effects: alarms.ackDevice.effects,
    };
  },
  settle: (step, at) => mapWithConcurrency(step.targets, async (uid) => outcomeOf(uid, await readAlarm(uid, at))),
  settleTimeout: timeout,
});

export const ackBaseStationAlarms = planner({
  operation: baseStationAlarms.ack,
  async inspect(inputs, at) {
    const targets = await mapWithConcurrency([...new Set(inputs.flatMap(({ body }) => body.alarmUids))], async (uid) =>
      targetOf(uid, await readStationAlarm(uid, at)),
    );
    const changing = new Set(targets.filter(({ verdict }) => verdict === 'change').map(({ device }) => device));
    const steps = inputs.flatMap(({ body }) => {
      const alarmUids = body.alarmUids.filter((uid) => changing.delete(uid));
      return alarmUids.length > 0 ? [{ input: { body: { alarmUids } }, targets: alarmUids }] : [];
    });
    return { targets, steps, effect: effectOf(targets), noun, effects: baseStationAlarms.ack.effects };
  },
  settle: (step, at) => mapWithConcurrency(step.targets, async (uid) => outcomeOf(uid, await readStationAlarm(uid, at))),
  settleTimeout: timeout,
});

/** The endpoint has no filter by UID, so the list is scanned page by page. */
async function readStationAlarm(uid: string, { connection, signal }: ReadContext): Promise<Alarm | undefined> {
  let before: string | null | undefined;
  for (let pageIndex = 1; ; pageIndex++) {
    const { briefs, more } = await connection.call(baseStationAlarms.list, { query: { pageIndex } }, { signal });
    const alarm = briefs.find(({ alarmUid }) => alarmUid?.toLowerCase() === uid.toLowerCase());
    if (alarm) return alarmOf(alarm, alarm.bs?.lrrID ?? 'unknown');
    // Observed on an operator account: every page number returned the same page.
    const first = briefs[0]?.alarmUid;
    if (!more || briefs.length === 0 || first === before) return undefined;
    before = first;
  }
}

export const ackDxAlarm = planner({
  operation: dxDeviceAlarms.ack,
  async inspect(inputs, at) {
    const targets = await mapWithConcurrency(inputs, async ({ path }) =>
      targetOf(path.deviceAlarmRef, await readDxAlarm(path.deviceAlarmRef, at)),
    );
    return {
      targets,
      steps: inputs.flatMap((input, i) => (targets[i]?.verdict === 'change' ? [{ input, targets: [input.path.deviceAlarmRef] }] : [])),
      effect: effectOf(targets),
      noun,
      effects: dxDeviceAlarms.ack.effects,
    };
  },
  settle: (step, at) => mapWithConcurrency(step.targets, async (uid) => outcomeOf(uid, await readDxAlarm(uid, at))),
  settleTimeout: timeout,
});

export const ackDxBaseStationAlarm = planner({
  operation: dxBaseStationAlarms.ack,
  async inspect(inputs, at) {
    const targets = await mapWithConcurrency(inputs, async ({ path }) =>
      targetOf(path.baseStationAlarmRef, await readDxStationAlarm(path.baseStationAlarmRef, at)),
    );
    return {
      targets,
      steps: inputs.flatMap((input, i) => (targets[i]?.verdict === 'change' ? [{ input, targets: [input.path.baseStationAlarmRef] }] : [])),
      effect: effectOf(targets),
      noun,
      effects: dxBaseStationAlarms.ack.effects,
    };
  },
  settle: (step, at) => mapWithConcurrency(step.targets, async (uid) => outcomeOf(uid, await readDxStationAlarm(uid, at))),
  settleTimeout: timeout,
});

async function readDxAlarm(ref: string, { connection, signal }: ReadContext): Promise<Alarm | undefined> {
  const alarm = await undefinedIfMissing(connection.call(dxDeviceAlarms.read, { path: { deviceAlarmRef: ref } }, { signal }));
  return alarm && dxAlarmOf(ref, alarm, `device ${alarm.deviceRef ?? 'unknown'}`);
}

async function readDxStationAlarm(ref: string, { connection, signal }: ReadContext): Promise<Alarm | undefined> {
  const alarm = await undefinedIfMissing(connection.call(dxBaseStationAlarms.read, { path: { baseStationAlarmRef: ref } }, { signal }));
  return alarm && dxAlarmOf(ref, alarm, `base station ${alarm.baseStationRef ?? 'unknown'}`);
}

function dxAlarmOf(uid: string, alarm: { alarmState?: string | null | undefined; acked?: boolean | null | undefined }, of: string): Alarm {
  const { alarmState } = alarm;
  // DX leaves the member out of an alarm that nobody acknowledged.
  const acked = 'acked' in alarm ? (alarm.acked ?? undefined) : false;
  const severity = severities.find((name) => name === alarmState?.toLowerCase()) ?? 'unknown';
  return { uid, severity, acked, of };
}
