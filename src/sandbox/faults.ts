/** Failures that the sandbox simulates on request. */
import { z } from 'zod';

/**
 * One-shot faults that every provider has; a provider adds its own. Each lets `skip` matching requests pass, then breaks `times` of them.
 *
 * | fault | what the client sees |
 * | --- | --- |
 * | `expired-token` | 401 for an expired token; at ThingSpace the session expires too |
 * | `429`, `html-429` | too many requests, in the provider's format or as a proxy's HTML page; no effect |
 * | `500`, `503` | the provider's own error; no effect |
 * | `html` | 502 with a proxy's HTML page; no effect |
 * | `slow` | the response after `ms` |
 * | `cut` | the connection breaks; no effect |
 * | `lost-answer` | the connection breaks after the effect |
 * | `half` | the connection breaks after the effect, in the middle of the response body; without a body, before the status |
 * | `500-after` | 500 after the effect |
 * | `truncated` | the success status, with JSON that ends in the middle |
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

/** An active one-shot fault. */
export interface OneShotFault {
  fault: string;
  /** Applies to this provider only. */
  provider?: string | undefined;
  /** Applies to this operation only, written `provider.noun.verb`. */
  operation?: string | undefined;
  /** Number of matching requests that pass first. */
  skip: number;
  /** Number of matching requests that fail after that. */
  times: number;
  /** Milliseconds. `slow`: the delay, default 1000. `stall`: the delay, default 30,000. `429`, `html-429`, `500` and `503`: Retry-After, omitted when absent. */
  ms?: number | undefined;
}

/** An active persistent fault: it stays active until it is cleared. */
interface PersistentFault {
  fault: string;
  provider?: string | undefined;
  /** Delay in milliseconds for those that delay something, default 8000. */
  ms?: number | undefined;
}

export type Fault = OneShotFault | PersistentFault;

/** What a provider of the sandbox says about its own faults. */
export interface FaultSource {
  name: string;
  /** Its own one-shot faults, by name. */
  faults: Readonly<Record<string, { appliesTo?(operation: string): boolean }>>;
  /** Its own persistent faults, by name. */
  persistentFaults: readonly string[];
}

const defaultDelayMs = 8000;

/** The active faults of one sandbox. */
export class Faults {
  readonly #providers: readonly FaultSource[];
  #oneShot: OneShotFault[] = [];
  #persistent = new Map<string, PersistentFault>();

  constructor(providers: readonly FaultSource[]) {
    this.#providers = providers;
  }

  /** All fault names, sorted. */
  get kinds(): string[] {
    return this.#namesOf(undefined);
  }

  /**
   * Activates a fault that came through the admin API. A persistent fault that is already active is replaced.
   * Throws a ZodError for an unknown fault, or for one that the named provider does not have.
   */
  arm(input: unknown): void {
    const fault = this.#schema().parse(input);
    if ('times' in fault) this.#oneShot.push(fault);
    else this.#persistent.set(fault.fault, fault);
  }

  clear(): void {
    this.#oneShot = [];
    this.#persistent.clear();
  }

  list(): readonly Fault[] {
    return [...this.#oneShot, ...this.#persistent.values()];
  }

  /** Returns the one-shot faults that apply to a request of `operation` and counts each of them down. */
  takeMatching(operation: string, provider: FaultSource): OneShotFault[] {
    const matching: OneShotFault[] = [];
    for (const fault of this.#oneShot) {
      if (!this.#providersWith(fault.fault).includes(provider)) continue;
      if (fault.provider && fault.provider !== provider.name) continue;
      if (fault.operation && fault.operation !== operation) continue;
      if (provider.faults[fault.fault]?.appliesTo?.(operation) === false) continue;
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
  has(kind: string): boolean {
    return this.#active(kind) !== undefined;
  }

  /** Delay in milliseconds that a persistent fault adds, 0 while it is not active. */
  delayMs(kind: string): number {
    const fault = this.#active(kind);
    return fault ? (fault.ms ?? defaultDelayMs) : 0;
  }

  #active(kind: string): PersistentFault | undefined {
    if (this.#providersWith(kind).length === 0) throw new Error(`no provider of this sandbox has a fault ${kind}`);
    return this.#persistent.get(kind);
  }

  #providersWith(fault: string): readonly FaultSource[] {
    if (sharedFaults.some((one) => one === fault)) return this.#providers;
    return this.#providers.filter((one) => fault in one.faults || one.persistentFaults.includes(fault));
  }

  /** The faults of one provider, or of all. JavaScript lists integer keys such as 429 first; sorting makes the list alphabetical. */
  #namesOf(provider: FaultSource | undefined): string[] {
    const providers = provider ? [provider] : this.#providers;
    const own = providers.flatMap((one) => [...Object.keys(one.faults), ...one.persistentFaults]);
    return [...new Set([...sharedFaults, ...own])].sort();
  }

  #schema() {
    const names = this.#providers.map((one) => one.name);
    const oneShot = [...sharedFaults, ...this.#providers.flatMap((one) => Object.keys(one.faults))];
    const provider = z.enum(names).optional();
    const OneShotSchema = z.strictObject({
      fault: z.enum(oneShot),
      provider,
      operation: z.string().optional(),
      skip: z.number().int().min(0).default(0),
      times: z.number().int().min(1).default(1),
      ms: z.number().int().min(0).optional(),
    });
    const PersistentSchema = z.strictObject({
      fault: z.enum(this.#providers.flatMap((one) => one.persistentFaults)),
      provider,
      ms: z.number().int().min(1).optional(),
    });
    const error = `Unknown fault. Use one of: ${this.#namesOf(undefined).join(', ')}.`;
    return z.discriminatedUnion('fault', [OneShotSchema, PersistentSchema], { error }).superRefine((fault, context) => {
      const providersOf = this.#providersWith(fault.fault).map((one) => one.name);
      const named = [fault.provider, 'operation' in fault ? fault.operation?.split('.')[0] : undefined];
      const unsupported = named.find((one) => one !== undefined && !providersOf.includes(one));
      if (unsupported === undefined) return;
      const known = this.#providers.find((one) => one.name === unsupported);
      const message = known
        ? `${fault.fault} applies only to ${providersOf.join(', ')}. Faults of ${known.name}: ${this.#namesOf(known).join(', ')}.`
        : `Unknown provider ${unsupported}. Use one of: ${names.join(', ')}.`;
      context.addIssue({ code: 'custom', path: ['fault'], message });
    });
  }
}

/**
 * Thrown when a fault breaks the connection: no response is sent, and on a port the socket is destroyed.
 * Code and message are those of undici for a closed socket.
 */
export class ConnectionCut extends Error {
  readonly code = 'UND_ERR_SOCKET';
  constructor() {
    super('other side closed');
  }
}
