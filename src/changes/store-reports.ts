/** Stores what callbacks report in the targets of their change. A later read may still show otherwise. */
import { type Change, pollingStatuses, type Target } from '../store/change.ts';
import type { ChangeStore } from '../store/store.ts';

type Reported = Map<string, Map<string, string>>;

/** `reported` collects the failures by change and device; `running` is the poll of a change, which may have read before a report. */
export function makeReportStore(store: ChangeStore, reported: Reported, running: (id: string) => Promise<Change> | undefined) {
  /** Stores the failure that a callback reports for these devices. */
  const storeFailure = async (id: string, devices: readonly string[], words: string): Promise<Change | undefined> => {
    const known = reported.get(id) ?? new Map<string, string>();
    for (const device of devices) known.set(device, known.get(device) ?? words);
    reported.set(id, known);
    // A running poll may have read before the failure and would overwrite it.
    await running(id);
    const failed = (target: Target): boolean => devices.includes(target.device) && !target.hint;
    return store.move(id, ['applying', ...pollingStatuses], ({ targets }) => ({
      targets: targets.map((target): Target => (failed(target) ? { ...target, hint: words } : target)),
    }));
  };

  /** Stores the success that a callback reports, for an outcome that nothing else shows. */
  const storeSuccess = async (id: string, devices: readonly string[], words: string): Promise<Change | undefined> => {
    await running(id);
    return store.move(id, ['applying', ...pollingStatuses], ({ targets }) => ({
      targets: targets.map((target): Target => (devices.includes(target.device) ? { ...target, confirmed: words } : target)),
    }));
  };

  /** Stores a failure of a request with several targets whose callback names none of them: which one failed is not known. */
  const storeUnnamedFailure = async (id: string, requestId: string, words: string): Promise<Change | undefined> => {
    await running(id);
    return store.move(id, ['applying', ...pollingStatuses], ({ targets, steps }) => {
      const asked = new Set(steps.flatMap((step) => (step.receipt === requestId ? step.targets : [])));
      return { targets: targets.map((target): Target => (asked.has(target.device) ? { ...target, unnamedFailure: words } : target)) };
    });
  };

  return { storeFailure, storeSuccess, storeUnnamedFailure };
}
