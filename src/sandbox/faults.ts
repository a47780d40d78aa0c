/** What breaks, on demand. */
import { z } from 'zod';

/**
 * `expired-token`: the next request finds its token or session expired. `429`, `500`, `503`: refused before any effect.
 * `lost-answer`: the request takes effect, its answer never arrives. `cut`: the connection breaks before any effect.
 * `slow`: the answer waits `ms`. `html`: a proxy answers 502 with a page. `half`: the answer breaks off in mid-body.
 */
export const Fault = z.strictObject({
  fault: z.enum(['expired-token', '429', '500', '503', 'lost-answer', 'cut', 'slow', 'html', 'half']),
  /** Only this provider. */
  provider: z.enum(['thingpark', 'thingspace', 'iotx']).optional(),
  /** Only this operation, `provider.noun.verb`. */
  operation: z.string().optional(),
  /** Let this many matching requests pass first. */
  skip: z.number().int().min(0).default(0),
  /** Then break this many. */
  times: z.number().int().min(1).default(1),
  /** For `slow`: ms; for `429` and `503`: the Retry-After in ms, none when absent. */
  ms: z.number().int().min(0).optional(),
});
export type Fault = z.output<typeof Fault>;

export class Faults {
  #armed: Fault[] = [];

  arm(fault: Fault): void {
    this.#armed.push({ ...fault });
  }

  clear(): void {
    this.#armed = [];
  }

  list(): readonly Fault[] {
    return this.#armed;
  }

  /** The faults that meet this request, each counted down. */
  meet(operation: string): Fault[] {
    const provider = operation.slice(0, operation.indexOf('.'));
    const met: Fault[] = [];
    for (const fault of this.#armed) {
      if (fault.provider && fault.provider !== provider) continue;
      if (fault.operation && fault.operation !== operation) continue;
      if (fault.skip > 0) fault.skip -= 1;
      else if (fault.times > 0) {
        fault.times -= 1;
        met.push(fault);
      }
    }
    this.#armed = this.#armed.filter((fault) => fault.times > 0);
    return met;
  }
}

/** The connection broke: no answer, on a port the socket is destroyed. */
export class Cut extends Error {
  readonly code = 'UND_ERR_SOCKET';
  constructor() {
    super('other side closed');
  }
}
