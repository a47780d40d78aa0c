import { type Change, openStatuses } from './change.ts';
import type { ChangeStore } from './store.ts';

const keep = 10_000;

/** Changes of this process only: gone when it ends. */
export function memoryStore(): ChangeStore {
  const changes = new Map<string, Change>();
  return {
    async add(change) {
      changes.set(change.id, change);
      if (changes.size <= keep) return;
      const oldest = [...changes.values()].find((one) => !openStatuses.includes(one.status));
      if (oldest) changes.delete(oldest.id);
    },
    async get(id) {
      return changes.get(id);
    },
    async move(id, from, patch) {
      const change = changes.get(id);
      if (!change || !from.includes(change.status)) return undefined;
      const next = { ...change, ...patch };
      changes.set(id, next);
      return next;
    },
    async openIntent(intent) {
      return [...changes.values()].reverse().find((one) => one.intent === intent && !one.preview && openStatuses.includes(one.status));
    },
    async list({ device, status, connection, since }, after, limit) {
      const all = [...changes.values()]
        .reverse()
        .filter(
          (one) =>
            (status === undefined || one.status === status) &&
            (connection === undefined || one.connection === connection) &&
            (since === undefined || one.created >= since) &&
            (device === undefined || one.targets.some((target) => target.device.toLowerCase() === device.toLowerCase())),
        );
      const start = after === undefined ? 0 : all.findIndex((one) => one.id === after) + 1;
      const rows = all.slice(start, start + limit);
      return { rows, total: all.length, left: all.length - start - rows.length };
    },
  };
}
