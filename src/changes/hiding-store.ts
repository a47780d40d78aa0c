/** Hides secrets before anything is stored: what a store gets, also its record and its audit export, holds none. */
import { type Change, openStatuses, type Status, waitingStatuses } from '../store/change.ts';
import type { ChangeStore, Patch } from '../store/store.ts';
import { type Redactor, secretValuesIn } from '../text/redact.ts';

export interface HidingStore {
  store: ChangeStore;
  /** The secrets in the inputs of the open changes of a caller. */
  secretsOf(caller: string): readonly string[];
}

/** The secrets of a change that has not ended. */
interface OpenSecrets {
  caller: string;
  values: readonly string[];
  redactor: Redactor;
  expires: number;
  waiting: boolean;
}

/** A store that gets texts from providers without secrets: those of the process, and those of the change until it has ended. */
export function hidingStore(inner: ChangeStore, redactor: Redactor): HidingStore {
  const open = new Map<string, OpenSecrets>();

  const remember = (change: Change): void => {
    for (const [id, { waiting, expires }] of open) if (waiting && expires < change.created) open.delete(id);
    const values = openStatuses.includes(change.status) && !change.preview ? secretValuesIn(change.inputs) : [];
    if (values.length === 0) return;
    const { caller, expires } = change;
    open.set(change.id, { caller, values, redactor: redactor.with(values), expires, waiting: true });
  };

  const follow = (id: string, status: Status | undefined, expires: number | undefined): void => {
    const known = open.get(id);
    if (!known || status === undefined) return;
    if (!openStatuses.includes(status)) open.delete(id);
    else open.set(id, { ...known, waiting: waitingStatuses.includes(status), expires: expires ?? known.expires });
  };

  const hidden = (id: string, patch: Partial<Change>): Partial<Change> => withoutSecretsIn(patch, open.get(id)?.redactor ?? redactor);

  // Each member is named, so that a new one that stores something cannot pass by here unseen.
  const {
    newestLine,
    get,
    spent,
    update,
    value,
    time,
    audit,
    auditPage,
    auditOfDay,
    findOpenByIntent,
    listAbandoned,
    listExpired,
    requestsOf,
    forget,
    findByProviderRequest,
    listWithApprovals,
    list,
  } = inner;
  const store: ChangeStore = {
    newestLine,
    get,
    spent,
    update,
    value,
    time,
    audit,
    auditPage,
    auditOfDay,
    findOpenByIntent,
    listAbandoned,
    listExpired,
    requestsOf,
    forget,
    findByProviderRequest,
    listWithApprovals,
    list,
    async add(change) {
      remember(change);
      await inner.add({ ...change, ...hidden(change.id, change) });
    },
    async addUnlessEqual(change, at) {
      remember(change);
      const stored = await inner.addUnlessEqual({ ...change, ...hidden(change.id, change) }, at);
      if (stored.id !== change.id) open.delete(change.id);
      return stored;
    },
    async move(id, from, patch: Patch) {
      const moved = await inner.move(id, from, (now) => hidden(id, typeof patch === 'function' ? patch(now) : patch));
      follow(id, moved?.status, moved?.expires);
      return moved;
    },
    async claim(id, from, patch, budget) {
      const claim = await inner.claim(id, from, (now) => hidden(id, patch(now)), budget);
      if ('claimed' in claim) follow(id, claim.claimed.status, claim.claimed.expires);
      return claim;
    },
  };
  return { store, secretsOf: (caller) => [...open.values()].flatMap((one) => (one.caller === caller ? one.values : [])) };
}

/** The members of a change that may hold words of a provider or of a client. What is sealed is hidden in the plan, see `hiding-planners`. */
function withoutSecretsIn(patch: Partial<Change>, redactor: Redactor): Partial<Change> {
  const text = (value: string): string => redactor.text(value);
  const { explanation, client, log, targets, steps, halted } = patch;
  return {
    ...patch,
    ...(explanation === undefined ? {} : { explanation: text(explanation) }),
    ...(client === undefined ? {} : { client: text(client) }),
    ...(log ? { log: log.map((entry) => ({ ...entry, what: text(entry.what) })) } : {}),
    ...(halted ? { halted: { ...halted, why: text(halted.why) } } : {}),
    ...(targets
      ? {
          targets: targets.map((target) => ({
            ...target,
            ...(target.why === undefined ? {} : { why: text(target.why) }),
            ...(target.hint === undefined ? {} : { hint: text(target.hint) }),
            ...(target.confirmed === undefined ? {} : { confirmed: text(target.confirmed) }),
            ...(target.after === undefined ? {} : { after: redactor.value(target.after) }),
          })),
        }
      : {}),
    ...(steps ? { steps: steps.map((step) => (step.receipt === undefined ? step : { ...step, receipt: text(step.receipt) })) } : {}),
  };
}
