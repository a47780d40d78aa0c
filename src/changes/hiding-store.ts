/** Hides secrets before anything is stored: what a store gets, also its record and its audit export, holds none. */
import { type Change, openStatuses, type Status, type Target, waitingStatuses } from '../store/change.ts';
import type { ChangeStore, Patch } from '../store/store.ts';
import { defined } from '../text/defined.ts';
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

  // The targets of a large change are stored after each of its requests; one that was hidden once needs no second look.
  const clean = new WeakSet<Target>();
  const hidden = (id: string, patch: Partial<Change>): Partial<Change> =>
    withoutSecretsIn(patch, open.get(id)?.redactor ?? redactor, clean);

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
function withoutSecretsIn(patch: Partial<Change>, redactor: Redactor, clean: WeakSet<Target>): Partial<Change> {
  const text = (value: string): string => redactor.text(value);
  const cleaned = (target: Target): Target => {
    if (clean.has(target)) return target;
    const hidden = targetWithoutSecrets(target, redactor);
    clean.add(hidden);
    return hidden;
  };
  const { explanation, client, log, targets, steps, halted } = patch;
  return {
    ...patch,
    ...(explanation === undefined ? {} : { explanation: text(explanation) }),
    ...(client === undefined ? {} : { client: text(client) }),
    ...(log ? { log: log.map((entry) => ({ ...entry, what: text(entry.what) })) } : {}),
    ...(halted ? { halted: { ...halted, why: text(halted.why) } } : {}),
    ...(targets ? { targets: targets.map(cleaned) } : {}),
    ...(steps ? { steps: steps.map((step) => withMembers(step, { receipt: step.receipt && text(step.receipt) })) } : {}),
  };
}

function targetWithoutSecrets(target: Target, redactor: Redactor): Target {
  const { why, hint, confirmed, after } = target;
  const text = (value: string | undefined): string | undefined => value && redactor.text(value);
  return withMembers(target, {
    why: text(why),
    hint: text(hint),
    confirmed: text(confirmed),
    after: after && sameIfEqual(after, redactor.value(after)),
  });
}

/** The same object if all members are as they were: only members of a change that differ are written. */
function withMembers<T extends object>(value: T, members: { [K in keyof T]?: T[K] | undefined }): T {
  const changed = (Object.keys(members) as (keyof T)[]).some((name) => members[name] !== value[name]);
  return changed ? { ...value, ...defined(members) } : value;
}

const sameIfEqual = <T extends object>(before: T, after: T): T =>
  Object.entries(before).every(([name, value]) => (after as Record<string, unknown>)[name] === value) ? before : after;
