/** What breaks, on demand: every fault that the references name. */
import { z } from 'zod';

import { type Provider, providers } from '../vocabulary.ts';

/**
 * Faults that meet requests, `times` of them after letting `skip` pass.
 *
 * | fault | of | what the client sees |
 * | --- | --- | --- |
 * | `expired-token` | all | its token, and at ThingSpace its session too, is refused as expired |
 * | `expired-session` | thingspace | the session alone is refused, as 400 SessionToken.Expired |
 * | `429`, `html-429` | all | too many requests, in the provider's own form or as a proxy's page; no effect |
 * | `500`, `503` | all | the provider's own error; no effect |
 * | `html` | all | 502 with a proxy's page; no effect |
 * | `xml-403` | thingspace | the gateway's refusal in XML; no effect |
 * | `stall` | thingspace | nothing for `ms`, then 400 UnexpectedError; no effect, sent again it succeeds |
 * | `slow` | all | the answer after `ms` |
 * | `cut` | all | the connection breaks; no effect |
 * | `lost-answer` | all | the connection breaks after the effect |
 * | `half` | all | the same, in the middle of the answer's body |
 * | `500-after` | all | 500 after the effect |
 * | `truncated` | all | the status of success, and JSON that ends in the middle |
 * | `empty-page` | iotx | a list's page without rows, whatever there is; only operations named `list` meet it |
 *
 * Habits, which stay until they are cleared:
 *
 * | habit | of | what the client sees |
 * | --- | --- | --- |
 * | `unknown-400` | thingpark | an unknown device is 400 "Device not found", not 404 |
 * | `same-page` | thingpark | base stations and their alarms come as the first page, whatever page is asked for |
 * | `half-fails` | thingspace | every second device of a request fails, the others succeed |
 * | `duplicate-callbacks` | thingspace | each message comes twice |
 * | `unordered-callbacks` | thingspace | every second message comes `ms` late, so that the next one overtakes it |
 * | `warning-first` | thingspace | an act on a profile tells a `warning` first and ends `ms` later |
 * | `line-quotas` | thingspace | a line's sixth provisioning action within 24 hours and its fifth plan change of a month fail; how they are told is our own |
 * | `no-callbacks` | thingspace | no message ever comes |
 * | `lag` | iotx | a product change shows `ms` after its 204 |
 * | `quoted` | iotx | booleans and byte counts are text |
 * | `bare-lists` | iotx | lists come without envelope |
 * | `disabled-stay-active` | iotx | a disabled product stays in the active list, with `enabled: false` |
 */
const meeting = {
  'expired-token': providers,
  'expired-session': ['thingspace'],
  '429': providers,
  'html-429': providers,
  '500': providers,
  '503': providers,
  html: providers,
  'xml-403': ['thingspace'],
  stall: ['thingspace'],
  slow: providers,
  cut: providers,
  'lost-answer': providers,
  half: providers,
  '500-after': providers,
  truncated: providers,
  'empty-page': ['iotx'],
} as const satisfies Record<string, readonly Provider[]>;

const habits = {
  'unknown-400': ['thingpark'],
  'same-page': ['thingpark'],
  'half-fails': ['thingspace'],
  'line-quotas': ['thingspace'],
  'duplicate-callbacks': ['thingspace'],
  'unordered-callbacks': ['thingspace'],
  'warning-first': ['thingspace'],
  'no-callbacks': ['thingspace'],
  lag: ['iotx'],
  quoted: ['iotx'],
  'bare-lists': ['iotx'],
  'disabled-stay-active': ['iotx'],
} as const satisfies Record<string, readonly Provider[]>;

type MeetingKind = keyof typeof meeting;
type HabitKind = keyof typeof habits;
export type FaultKind = MeetingKind | HabitKind;

const owners: Record<FaultKind, readonly Provider[]> = { ...meeting, ...habits };
// JavaScript puts names that are whole numbers first; sorted, the list reads like one.
export const faultKinds = (Object.keys(owners) as FaultKind[]).sort();

/** The faults of one provider, or all, as a refusal names them. */
const namesOf = (provider?: Provider): string =>
  faultKinds.filter((kind) => provider === undefined || owners[kind].includes(provider)).join(', ');

const Meeting = z.strictObject({
  fault: z.enum(Object.keys(meeting) as MeetingKind[]),
  /** Only this provider. */
  provider: z.enum(providers).optional(),
  /** Only this operation, `provider.noun.verb`. */
  operation: z.string().optional(),
  /** Let this many matching requests pass first. */
  skip: z.number().int().min(0).default(0),
  /** Then break this many. */
  times: z.number().int().min(1).default(1),
  /** For `slow` and `stall`: ms, 1000 and 30,000 unless said; for 429 and 503: the Retry-After in ms, none when absent. */
  ms: z.number().int().min(0).optional(),
});

const Habit = z.strictObject({
  fault: z.enum(Object.keys(habits) as HabitKind[]),
  provider: z.enum(providers).optional(),
  /** For the habits that are late: by how many ms, 8000 unless said. */
  ms: z.number().int().min(1).optional(),
});

/** One fault as it is armed; a fault that its provider does not have is refused with those it has. */
export const Fault = z.discriminatedUnion('fault', [Meeting, Habit], { error: `there are: ${namesOf()}` }).superRefine((fault, context) => {
  const named = [fault.provider, 'operation' in fault ? fault.operation?.split('.')[0] : undefined];
  const stranger = named.find((one) => one !== undefined && !owners[fault.fault].some((owner) => owner === one));
  if (stranger === undefined) return;
  const known = providers.find((one) => one === stranger);
  const message = known
    ? `${fault.fault} is a fault of ${owners[fault.fault].join(', ')}; ${known} has: ${namesOf(known)}`
    : `there is no provider ${stranger}; there are: ${providers.join(', ')}`;
  context.addIssue({ code: 'custom', path: ['fault'], message });
});
export type Fault = z.output<typeof Fault>;
export type Meeting = z.output<typeof Meeting>;
type Habit = z.output<typeof Habit>;

const late = 8000;

export class Faults {
  #meeting: Meeting[] = [];
  #habits = new Map<HabitKind, Habit>();

  /** Arms a fault; a habit armed again replaces itself. */
  arm(fault: Fault): void {
    if (isHabit(fault)) this.#habits.set(fault.fault, { ...fault });
    else this.#meeting.push({ ...fault });
  }

  clear(): void {
    this.#meeting = [];
    this.#habits.clear();
  }

  list(): readonly Fault[] {
    return [...this.#meeting, ...this.#habits.values()];
  }

  /** The faults that meet this request, each counted down. */
  meet(operation: string): Meeting[] {
    const provider = operation.slice(0, operation.indexOf('.'));
    const met: Meeting[] = [];
    for (const fault of this.#meeting) {
      if (!owners[fault.fault].some((owner) => owner === provider)) continue;
      if (fault.provider && fault.provider !== provider) continue;
      if (fault.operation && fault.operation !== operation) continue;
      if (fault.fault === 'empty-page' && !operation.endsWith('.list')) continue;
      if (fault.skip > 0) fault.skip -= 1;
      else if (fault.times > 0) {
        fault.times -= 1;
        met.push(fault);
      }
    }
    this.#meeting = this.#meeting.filter((fault) => fault.times > 0);
    return met;
  }

  /** Whether a habit is on. */
  has(habit: HabitKind): boolean {
    return this.#habits.has(habit);
  }

  /** By how many ms a habit makes things late; 0 while it is off. */
  lateness(habit: 'lag' | 'unordered-callbacks' | 'warning-first'): number {
    const armed = this.#habits.get(habit);
    return armed ? (armed.ms ?? late) : 0;
  }
}

function isHabit(fault: Fault): fault is Habit {
  return fault.fault in habits;
}

/** The connection broke: no answer, on a port the socket is destroyed. */
export class Cut extends Error {
  readonly code = 'UND_ERR_SOCKET';
  constructor() {
    super('other side closed');
  }
}
