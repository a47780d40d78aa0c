/** Reads the state of a sent change from the provider. */
import type { Connection } from '../clients/connect.ts';
import type { AnyInput } from '../clients/http/endpoint.ts';
import type { Clock } from '../clock.ts';
import type { Change, Target } from '../store/change.ts';
import { sanitize } from '../text/sanitize.ts';
import { lostReason, settledTarget, unsettledOutcomes } from './outcome.ts';
import type { AnyPlanner, PlannerContext, SentStep, Settled } from './planner.ts';
import type { Planners } from './planners.ts';

/** The targets of a change after reading them from the provider. */
export interface ReadBack {
  targets: Target[];
  /** Why some targets could not be read. */
  readError: string | undefined;
}

export interface ReadBackDeps {
  clock: Clock;
  planners: Planners;
  connection(name: string): Connection | undefined;
}

/** Reads the state of the targets that were sent. Stores nothing. `reported` is the failure that callbacks report for a device. */
export async function readBack(change: Change, parts: ReadBackDeps, reported: (device: string) => string | undefined): Promise<ReadBack> {
  const { clock, planners } = parts;
  const connection = parts.connection(change.connection);
  if (!connection) return { targets: change.targets, readError: `this server has no connection ${change.connection}` };
  const planner = planners.plannerOf(change.operation);
  const found = new Map<string, Settled>();
  const unsettled = new Set(change.targets.filter((target) => unsettledOutcomes.includes(target.outcome)).map((target) => target.device));
  let unread: string | undefined;
  const named = new Map(change.targets.map((target) => [target.device, target.identifiers ?? []]));
  const identifiersOf = (device: string): readonly string[] => named.get(device) ?? [];
  const open = change.steps.flatMap((step): SentStep<AnyInput>[] => {
    const targets = step.targets.filter((device) => unsettled.has(device));
    if (targets.length === 0 || (step.state !== 'sent' && step.state !== 'unsure')) return [];
    const sentAt = step.at ?? change.sentAt ?? change.created;
    return [
      { input: step.input as AnyInput, targets, providerRequestId: step.receipt, answered: step.state === 'sent', sentAt, identifiersOf },
    ];
  });
  for (const read of readings(planner, open, { connection, clock })) {
    try {
      for (const settled of await read()) found.set(settled.device, settled);
    } catch (error) {
      unread = lostReason(error);
    }
  }
  const timedOut = clock.now() >= (change.settleBy ?? 0);
  const targets = change.targets.map((target): Target => {
    const hint = target.hint ?? reported(target.device);
    const current = hint === undefined ? target : { ...target, hint };
    const ended = planner.reportedOnly ? reportedTarget(current) : undefined;
    if (ended) return ended;
    return settledTarget(current, found.get(target.device), timedOut, planner.settleTimeout.onTimeout);
  });
  return { targets, readError: unread };
}

/** A target as callbacks report it, the failure first; undefined while they have not. */
function reportedTarget({ why: _old, ...target }: Target): Target | undefined {
  if (!unsettledOutcomes.includes(target.outcome)) return undefined;
  if (target.hint !== undefined) return { ...target, outcome: 'failed', why: `the carrier reports: ${sanitize(target.hint, 120)}` };
  if (target.confirmed === undefined) return undefined;
  return { ...target, outcome: 'applied', after: { ...target.after, 'carrier report': sanitize(target.confirmed, 120) } };
}

/** The reads that settle these steps: one for all if the planner supports `settleAll`, otherwise one per step. */
function readings(planner: AnyPlanner, steps: readonly SentStep<AnyInput>[], at: PlannerContext): (() => Promise<Settled[]>)[] {
  if (steps.length === 0) return [];
  const { settleAll } = planner;
  return settleAll ? [() => settleAll(steps, at)] : steps.map((step) => () => planner.settle(step, at));
}
