/** Faults that can be switched on in the sandbox: every failure that the provider documents name. */
import { z } from 'zod';

import { type Provider, providers } from '../vocabulary.ts';

/**
 * One-shot faults. Each lets `skip` matching requests pass, then breaks `times` of them.
 *
 * | fault | providers | what the client sees |
 * | --- | --- | --- |
 * | `expired-token` | all | 401 for an expired token; at ThingSpace the session expires too |
 * | `expired-session` | thingspace | 400 SessionToken.Expired; the token stays valid |
 * | `429`, `html-429` | all | too many requests, in the provider's format or as a proxy's HTML page; no effect |
 * | `500`, `503` | all | the provider's own error; no effect |
 * | `html` | all | 502 with a proxy's HTML page; no effect |
 * | `xml-403` | thingspace | the gateway's XML error; no effect |
 * | `stall` | thingspace | no response for `ms`, then 400 UnexpectedError; no effect, a retry succeeds |
 * | `slow` | all | the response after `ms` |
 * | `cut` | all | the connection breaks; no effect |
 * | `lost-answer` | all | the connection breaks after the effect |
 * | `half` | all | the connection breaks after the effect, in the middle of the response body |
 * | `500-after` | all | 500 after the effect |
 * | `truncated` | all | the success status, with JSON that ends in the middle |
 * | `empty-page` | iotx | a list page without rows; matches only operations named `list` |
 */
const oneShotFaults = {
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

/**
 * Persistent faults. Each stays active until it is cleared.
 *
 * | fault | providers | what the client sees |
 * | --- | --- | --- |
 * | `unknown-400` | thingpark | 400 "Device not found" for an unknown device, instead of 404 |
 * | `same-page` | thingpark | base stations and their alarms always return the first page, whatever page is requested |
 * | `half-fails` | thingspace | every second device of a request fails, the others succeed |
 * | `duplicate-callbacks` | thingspace | each callback arrives twice |
 * | `unordered-callbacks` | thingspace | every second callback is `ms` late, so that the next one arrives before it |
 * | `warning-first` | thingspace | a profile request first sends a `warning` callback and ends `ms` later |
 * | `line-quotas` | thingspace | the sixth provisioning action of a SIM within 24 hours and its fifth plan change of a month fail; the error codes are invented |
 * | `no-callbacks` | thingspace | no callback arrives |
 * | `lag` | iotx | a product change becomes visible `ms` after its 204 |
 * | `quoted` | iotx | booleans and byte counts are strings |
 * | `bare-lists` | iotx | lists have no envelope |
 * | `disabled-stay-active` | iotx | a disabled product stays in the active list, with `enabled: false` |
 */
const persistentFaults = {
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

type OneShotKind = keyof typeof oneShotFaults;
type PersistentKind = keyof typeof persistentFaults;
export type FaultKind = OneShotKind | PersistentKind;

const owners: Record<FaultKind, readonly Provider[]> = { ...oneShotFaults, ...persistentFaults };
// JavaScript lists integer keys such as 429 first, whatever their order in the source; sorting makes the list alphabetical.
/** All fault names, sorted. */
export const faultKinds = (Object.keys(owners) as FaultKind[]).sort();

/** Comma-separated faults of one provider, or of all, for error messages. */
const namesOf = (provider?: Provider): string =>
  faultKinds.filter((kind) => provider === undefined || owners[kind].includes(provider)).join(', ');

const OneShotSchema = z.strictObject({
  fault: z.enum(Object.keys(oneShotFaults) as OneShotKind[]),
  /** Applies to this provider only. */
  provider: z.enum(providers).optional(),
  /** Applies to this operation only, written `provider.noun.verb`. */
  operation: z.string().optional(),
  /** Number of matching requests that pass first. */
  skip: z.number().int().min(0).default(0),
  /** Number of matching requests that fail after that. */
  times: z.number().int().min(1).default(1),
  /** Milliseconds. `slow`: the delay, default 1000. `stall`: the delay, default 30,000. `429`, `html-429`, `500` and `503`: Retry-After, omitted when absent. */
  ms: z.number().int().min(0).optional(),
});

const PersistentSchema = z.strictObject({
  fault: z.enum(Object.keys(persistentFaults) as PersistentKind[]),
  provider: z.enum(providers).optional(),
  /** Delay in milliseconds for `lag`, `unordered-callbacks` and `warning-first`, default 8000. */
  ms: z.number().int().min(1).optional(),
});

/** A fault in the admin API. A fault that its provider does not support is rejected with the faults that the provider supports. */
export const Fault = z
  .discriminatedUnion('fault', [OneShotSchema, PersistentSchema], { error: `Unknown fault. Use one of: ${namesOf()}.` })
  .superRefine((fault, context) => {
    const named = [fault.provider, 'operation' in fault ? fault.operation?.split('.')[0] : undefined];
    const unsupported = named.find((one) => one !== undefined && !owners[fault.fault].some((owner) => owner === one));
    if (unsupported === undefined) return;
    const known = providers.find((one) => one === unsupported);
    const message = known
      ? `${fault.fault} applies only to ${owners[fault.fault].join(', ')}. Faults of ${known}: ${namesOf(known)}.`
      : `Unknown provider ${unsupported}. Use one of: ${providers.join(', ')}.`;
    context.addIssue({ code: 'custom', path: ['fault'], message });
  });
export type Fault = z.output<typeof Fault>;
export type Meeting = z.output<typeof OneShotSchema>;
type PersistentFault = z.output<typeof PersistentSchema>;

const defaultDelayMs = 8000;

/** The active faults of one sandbox. */
export class Faults {
  #oneShot: Meeting[] = [];
  #persistent = new Map<PersistentKind, PersistentFault>();

  /** Activates a fault. A persistent fault that is already active is replaced. */
  arm(fault: Fault): void {
    if (isPersistent(fault)) this.#persistent.set(fault.fault, { ...fault });
    else this.#oneShot.push({ ...fault });
  }

  clear(): void {
    this.#oneShot = [];
    this.#persistent.clear();
  }

  list(): readonly Fault[] {
    return [...this.#oneShot, ...this.#persistent.values()];
  }

  /** Returns the one-shot faults that apply to a request of `operation` and counts each of them down. */
  meet(operation: string): Meeting[] {
    const provider = operation.slice(0, operation.indexOf('.'));
    const matching: Meeting[] = [];
    for (const fault of this.#oneShot) {
      if (!owners[fault.fault].some((owner) => owner === provider)) continue;
      if (fault.provider && fault.provider !== provider) continue;
      if (fault.operation && fault.operation !== operation) continue;
      if (fault.fault === 'empty-page' && !operation.endsWith('.list')) continue;
      if (fault.skip > 0) fault.skip -= 1;
      else if (fault.times > 0) {
        fault.times -= 1;
        matching.push(fault);
      }
    }
    this.#oneShot = this.#oneShot.filter((fault) => fault.times > 0);
    return matching;
  }

  /** Whether a persistent fault is active. */
  has(kind: PersistentKind): boolean {
    return this.#persistent.has(kind);
  }

  /** Delay in milliseconds that a persistent fault adds, 0 while it is not active. */
  lateness(kind: 'lag' | 'unordered-callbacks' | 'warning-first'): number {
    const fault = this.#persistent.get(kind);
    return fault ? (fault.ms ?? defaultDelayMs) : 0;
  }
}

function isPersistent(fault: Fault): fault is PersistentFault {
  return fault.fault in persistentFaults;
}

/**
 * Thrown when a fault breaks the connection: no response is sent, and on a port the socket is destroyed.
 * Code and message are those of undici for a closed socket.
 */
export class Cut extends Error {
  readonly code = 'UND_ERR_SOCKET';
  constructor() {
    super('other side closed');
  }
}
