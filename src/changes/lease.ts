/** The lease of a change that is being applied: while it is renewed, other servers leave the change alone. */
import type { Clock } from '../clock.ts';
import type { ChangeStore } from '../store/store.ts';

/** How long a lease lasts, ms. It is renewed meanwhile; a change with an expired lease counts as abandoned. */
export const lease = 120_000;
const renewal = 30_000;

/** Renews the lease of a change. Returns a function that stops the renewal. */
export function keepLease(id: string, { store, clock }: { store: ChangeStore; clock: Clock }): () => void {
  let stopped = false;
  let cancel: () => void;
  const renew = (): void => {
    cancel = clock.later(renewal, () => {
      if (stopped) return;
      store.move(id, ['applying'], { leaseUntil: clock.now() + lease }).catch(() => undefined);
      renew();
    });
  };
  renew();
  return () => {
    stopped = true;
    cancel();
  };
}
