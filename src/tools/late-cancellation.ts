/** Cancellations that arrive after a call was answered, while its change is still being sent or waits for an approval. */
import type { Gate } from '../changes/gate.ts';
import { Refusal } from '../clients/http/errors.ts';
import { memberOf } from '../text/is-object.ts';

type RequestId = string | number;

/** Calls that are remembered for each client. */
const maxCalls = 200;

export interface LateCancellation {
  /** Remembers the change that a call was answered with, if it can still be stopped. */
  answered(request: RequestId, result: { structuredContent?: unknown }, caller: string): void;
  /** Stops the unsent part of the change that a cancelled call was answered with, if there is one. */
  cancelled(request: RequestId): Promise<void>;
}

/** The late cancellations of one client, whose request ids are unique. */
export function makeLateCancellation(gate: Pick<Gate, 'cancel'>): LateCancellation {
  const calls = new Map<RequestId, { change: string; caller: string }>();
  return {
    answered(request, { structuredContent }, caller) {
      const change = memberOf(structuredContent, 'change');
      const [id, status] = [memberOf(change, 'id'), memberOf(change, 'status')];
      if (typeof id !== 'string' || (status !== 'applying' && status !== 'awaiting_approval')) return;
      calls.set(request, { change: id, caller });
      for (const oldest of calls.keys()) {
        if (calls.size <= maxCalls) break;
        calls.delete(oldest);
      }
    },
    async cancelled(request) {
      const call = calls.get(request);
      if (!call) return;
      calls.delete(request);
      await gate.cancel(call.change, call.caller).catch((error: unknown) => {
        // It has ended or has nothing left to send.
        if (!(error instanceof Refusal)) throw error;
      });
    },
  };
}
