/** What breaks, on demand: every fault that the references name. */
import { z } from 'zod';

import type { Played } from './behaviour.ts';

/**
 * One-shot faults that every provider has; they meet requests, `times` of them after letting `skip` pass. A provider adds its own.
 *
 * | fault | what the client sees |
 * | --- | --- |
 * | `expired-token` | its token, and at ThingSpace its session too, is refused as expired |
 * | `429`, `html-429` | too many requests, in the provider's own form or as a proxy's page; no effect |
 * | `500`, `503` | the provider's own error; no effect |
 * | `html` | 502 with a proxy's page; no effect |
 * | `slow` | the answer after `ms` |
 * | `cut` | the connection breaks; no effect |
 * | `lost-answer` | the connection breaks after the effect |
 * | `half` | the same, in the middle of the answer's body |
 * | `500-after` | 500 after the effect |
 * | `truncated` | the status of success, and JSON that ends in the middle |
 */
export const sharedFaults = [
  'expired-token',
  '429',
  'html-429',
  '500',
  '503',
  'html',
  'slow',
  'cut',
  'lost-answer',
  'half',
  '500-after',
  'truncated',
] as const;

/** A one-shot fault as it is armed. */
export interface Meeting {
  fault: string;
  /** Only this provider. */
  provider?: string | undefined;
  /** Only this operation, `provider.noun.verb`. */
  operation?: string | undefined;
  /** Let this many matching requests pass first. */
  skip: number;
  /** Then break this many. */
  times: number;
  /** For `slow` and `stall`: ms, 1000 and 30,000 unless said; for 429 and 503: the Retry-After in ms, none when absent. */
  ms?: number | undefined;
}

/** A persistent fault as it is armed: it stays until it is cleared. `ms`: for those that delay something, by how much; 8000 unless said. */
interface Habit {
  fault: string;
  provider?: string | undefined;
  ms?: number | undefined;
}

export type Fault = Meeting | Habit;

const late = 8000;

/** The armed faults of a sandbox with these providers. */
export class Faults {
  readonly #providers: readonly Played[];
  #meeting: Meeting[] = [];
  #habits = new Map<string, Habit>();

  constructor(providers: readonly Played[]) {
    this.#providers = providers;
  }

  /** All faults by name, sorted. */
  get kinds(): string[] {
    return this.#namesOf(undefined);
  }

  /** Arms a fault as the admin API receives it; a persistent fault armed again replaces itself. A ZodError where it is not one, or the provider does not have it. */
  arm(input: unknown): void {
    const fault = this.#schema().parse(input);
    if ('times' in fault) this.#meeting.push(fault);
    else this.#habits.set(fault.fault, fault);
  }

  clear(): void {
    this.#meeting = [];
    this.#habits.clear();
  }

  list(): readonly Fault[] {
    return [...this.#meeting, ...this.#habits.values()];
  }

  /** The one-shot faults that meet this request of `provider`, each counted down. */
  meet(operation: string, provider: Played): Meeting[] {
    const met: Meeting[] = [];
    for (const fault of this.#meeting) {
      if (!this.#ownersOf(fault.fault).includes(provider)) continue;
      if (fault.provider && fault.provider !== provider.name) continue;
      if (fault.operation && fault.operation !== operation) continue;
      if (provider.faults[fault.fault]?.meets?.(operation) === false) continue;
      if (fault.skip > 0) fault.skip -= 1;
      else if (fault.times > 0) {
        fault.times -= 1;
        met.push(fault);
      }
    }
    this.#meeting = this.#meeting.filter((fault) => fault.times > 0);
    return met;
  }

  /** Whether a persistent fault is on. */
  has(habit: string): boolean {
    return this.#known(habit) !== undefined;
  }

  /** By how many ms a persistent fault delays things; 0 while it is off. */
  lateness(habit: string): number {
    const armed = this.#known(habit);
    return armed ? (armed.ms ?? late) : 0;
  }

  #known(habit: string): Habit | undefined {
    if (this.#ownersOf(habit).length === 0) throw new Error(`no provider of this sandbox has a fault ${habit}`);
    return this.#habits.get(habit);
  }

  #ownersOf(fault: string): readonly Played[] {
    if (sharedFaults.some((one) => one === fault)) return this.#providers;
    return this.#providers.filter((one) => fault in one.faults || one.habits.includes(fault));
  }

  /** The faults of one provider, or of all. JavaScript lists whole numbers first; sorted, it reads as one list. */
  #namesOf(provider: Played | undefined): string[] {
    const those = provider ? [provider] : this.#providers;
    return [...new Set([...sharedFaults, ...those.flatMap((one) => [...Object.keys(one.faults), ...one.habits])])].sort();
  }

  #schema() {
    const providers = this.#providers.map((one) => one.name);
    const oneShot = [...sharedFaults, ...this.#providers.flatMap((one) => Object.keys(one.faults))];
    const provider = z.enum(providers).optional();
    const Meeting = z.strictObject({
      fault: z.enum(oneShot),
      provider,
      operation: z.string().optional(),
      skip: z.number().int().min(0).default(0),
      times: z.number().int().min(1).default(1),
      ms: z.number().int().min(0).optional(),
    });
    const Habit = z.strictObject({
      fault: z.enum(this.#providers.flatMap((one) => one.habits)),
      provider,
      ms: z.number().int().min(1).optional(),
    });
    const all = this.#namesOf(undefined).join(', ');
    return z.discriminatedUnion('fault', [Meeting, Habit], { error: `there are: ${all}` }).superRefine((fault, context) => {
      const owners = this.#ownersOf(fault.fault).map((one) => one.name);
      const named = [fault.provider, 'operation' in fault ? fault.operation?.split('.')[0] : undefined];
      const stranger = named.find((one) => one !== undefined && !owners.includes(one));
      if (stranger === undefined) return;
      const known = this.#providers.find((one) => one.name === stranger);
      const message = known
        ? `${fault.fault} is a fault of ${owners.join(', ')}; ${known.name} has: ${this.#namesOf(known).join(', ')}`
        : `there is no provider ${stranger}; there are: ${providers.join(', ')}`;
      context.addIssue({ code: 'custom', path: ['fault'], message });
    });
  }
}

/** The connection broke: no answer, on a port the socket is destroyed. */
export class Cut extends Error {
  readonly code = 'UND_ERR_SOCKET';
  constructor() {
    super('other side closed');
  }
}
