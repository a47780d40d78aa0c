import { type AuditRow, auditBody, chainHash, genesisHash, needsAuditEntry, requestsOf, type StoredRequests } from './audit.ts';
import { budgetEntryOf } from './budget-entry.ts';
import { type Change, carriedOutStatuses, openStatuses, unsettledStatuses, waitingStatuses } from './change.ts';
import type { BudgetEntry, ChangeFilter, ChangeStore } from './store.ts';

/** Maximum number of changes kept; beyond it, the oldest ended change is dropped. */
const keep = 10_000;

/** A store in memory, which ends with the process. */
export function memoryStore(): ChangeStore {
  const changes = new Map<string, Change>();
  const values = new Map<string, unknown>();
  const record: AuditRow[] = [];
  const sent = new Map<string, StoredRequests>();
  let spent: BudgetEntry[] = [];
  let newest = 0;

  const write = (change: Change, audited: boolean): void => {
    changes.set(change.id, change);
    newest = Math.max(newest, change.log.at(-1)?.at ?? change.created);
    if (!audited) return;
    const body = auditBody(change);
    record.push({ seq: record.length + 1, body, hash: chainHash(record.at(-1)?.hash ?? genesisHash, body) });
  };
  const add = (change: Change): void => {
    write(change, true);
    if (changes.size <= keep) return;
    const oldest = [...changes.values()].find((one) => !openStatuses.includes(one.status));
    if (oldest) changes.delete(oldest.id);
  };
  const move: ChangeStore['move'] = async (id, from, patch) => {
    const change = changes.get(id);
    if (!change || !from.includes(change.status)) return undefined;
    const next = { ...change, ...(typeof patch === 'function' ? patch(change) : patch) };
    write(next, needsAuditEntry(change, next));
    return next;
  };
  return {
    async add(change) {
      add(change);
    },
    async addUnlessEqual(change, at) {
      const equal = [...changes.values()]
        .reverse()
        .find((one) => one.intent === change.intent && !one.preview && standsFor(one, change, at));
      if (!equal) add(change);
      return equal ?? change;
    },
    newestLine: async () => record.length,
    get: async (id) => changes.get(id),
    move,
    async claim(id, from, patch, { at, window, over }) {
      const change = changes.get(id);
      if (!change || !from.includes(change.status)) return { gone: true };
      const others = [...changes.values()].filter((one) => one.id !== id && !one.preview);
      const same = others.find((one) => one.intent === change.intent && unsettledStatuses.includes(one.status));
      if (same) return { busy: same.id, why: 'same' };
      const follows = (one: Change): boolean =>
        (change.resumes !== undefined && one.resumes === change.resumes) ||
        (change.undoes !== undefined && one.undoes === change.undoes) ||
        claimedSincePlanOf(change, one);
      const done = others.find((one) => one.intent === change.intent && carriedOutStatuses.includes(one.status) && follows(one));
      if (done) return { busy: done.id, why: 'done' };
      const devices = new Set(change.targets.map(({ device }) => device.toLowerCase()));
      const overlapping = others.find(
        (one) =>
          one.status === 'applying' &&
          one.connection === change.connection &&
          one.targets.some(({ device }) => devices.has(device.toLowerCase())),
      );
      if (overlapping) return { busy: overlapping.id, why: 'target' };
      spent = spent.filter((one) => one.at > at - window);
      const why = over(spent);
      if (why !== undefined) return { over: why };
      spent.push(budgetEntryOf(change, at));
      const claimed = await move(id, from, (now) => ({ ...patch(now), status: 'applying', claimLine: record.length + 1 }));
      if (!claimed) return { gone: true };
      sent.set(id, requestsOf(claimed));
      return { claimed };
    },
    spent: async (since) => spent.filter((one) => one.at > since),
    async update<T>(key: string, work: (value: T | undefined) => T | undefined) {
      const next = work(values.get(key) as T | undefined);
      if (next === undefined) values.delete(key);
      else values.set(key, next);
      return next;
    },
    value: async <T>(key: string) => values.get(key) as T | undefined,
    time: async (now) => Math.max(now, newest),
    async *audit(from = 1) {
      yield* record.slice(from - 1);
    },
    auditPage: async (before, limit) =>
      record
        .filter(({ seq }) => seq < before)
        .slice(-limit)
        .reverse(),
    auditOfDay: async (day) => record.filter(({ body }) => body.startsWith(`{"at":"${day}T`)),
    async findOpenByIntent(intent) {
      return [...changes.values()].reverse().find((one) => one.intent === intent && !one.preview && openStatuses.includes(one.status));
    },
    async listAbandoned(at) {
      return [...changes.values()].filter((one) => one.status === 'applying' && (one.leaseUntil ?? 0) <= at);
    },
    requestsOf: async (id) => sent.get(id),
    listExpired: async (at, limit) => [...changes.values()].filter((one) => isExpired(one, at)).slice(0, limit),
    async forget(before, limit, only) {
      const old = [...changes.values()].filter((one) => hasEnded(one, before) && (only === undefined || one.preview)).slice(0, limit);
      for (const { id } of old) if (changes.delete(id)) sent.delete(id);
      return old.length;
    },
    async findByProviderRequest(connection, request) {
      const found = [...changes.values()].find(
        (one) =>
          one.connection === connection && unsettledStatuses.includes(one.status) && one.steps.some(({ receipt }) => receipt === request),
      );
      return found && { id: found.id, status: found.status };
    },
    async listWithApprovals() {
      return [...changes.values()].filter((one) => one.status === 'awaiting_approval' && one.approvals !== undefined);
    },
    async list(filter, after, limit) {
      const all = [...changes.values()].reverse().filter((one) => fits(one, filter));
      const start = after === undefined ? 0 : all.findIndex((one) => one.id === after) + 1;
      const rows = all.slice(start, start + limit);
      return { rows, total: all.length, left: all.length - start - rows.length };
    },
  };
}

/** Whether `one` was claimed after the planning of `change` began. */
function claimedSincePlanOf(change: Change, one: Change): boolean {
  return change.planLine !== undefined && one.claimLine !== undefined && one.claimLine > change.planLine;
}

/** Whether `one`, which has the same intent, takes the place of `change`: it is open at `at`, or was carried out since `change` was planned. */
function standsFor(one: Change, change: Change, at: number): boolean {
  if (waitingStatuses.includes(one.status)) return one.expires > at;
  return unsettledStatuses.includes(one.status) || (carriedOutStatuses.includes(one.status) && claimedSincePlanOf(change, one));
}

/** Whether a change is one of those that a list shows. */
function fits(one: Change, { device, status, connection, connections, caller, since, withoutPreviews }: ChangeFilter): boolean {
  return (
    (status === undefined || one.status === status) &&
    (connection === undefined || one.connection === connection) &&
    (connections?.includes(one.connection) ?? true) &&
    (caller === undefined || one.caller === caller) &&
    (since === undefined || one.created >= since) &&
    !(withoutPreviews && one.preview) &&
    (device === undefined || one.targets.some((target) => target.device.toLowerCase() === device.toLowerCase()))
  );
}

const isExpired = ({ status, expires }: Change, at: number): boolean => status === 'planned' && expires <= at;
const hasEnded = ({ status, ended, created }: Change, before: number): boolean =>
  !openStatuses.includes(status) && (ended ?? created) < before;
