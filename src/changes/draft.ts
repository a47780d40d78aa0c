/** Builds the change record of a new plan. */
import type { AnyInput } from '../clients/http/endpoint.ts';
import { type Change, type ChangeDependents, type Step, type Target, withoutInput } from '../store/change.ts';
import { sanitize } from '../text/sanitize.ts';
import { approvalDocument } from './document/approval-document.ts';
import { render } from './document/render.ts';
import { requestFields } from './document/request-fields.ts';
import type { Intent } from './intent.ts';
import type { Plan } from './planner.ts';

/** Fields of a draft that come from neither the intent nor the plan. */
export interface DraftFields {
  id: string;
  intent: string;
  session: string;
  created: number;
  expires: number;
}

/** A change without its seal. */
export type Draft = Omit<Change, 'seal'>;

const shownRefusals = 5;

/** A new change. It has ended already if it is refused or if there is nothing to do. */
export function draftChange(
  { operation, connection, inputs, caller, client, preview, undoes, resumes, warnings = [] }: Intent,
  planned: Plan<AnyInput>,
  parts: DraftFields,
): Draft {
  const text = approvalDocument({ ...planned, warnings: [...warnings, ...(planned.warnings ?? [])] }, connection.name, operation);
  const change: Draft = {
    id: parts.id,
    status: 'planned',
    operation: operation.id,
    provider: connection.provider,
    connection: connection.name,
    sandbox: connection.sandbox,
    caller,
    ...(client ? { client } : {}),
    session: parts.session,
    summary: text.headline,
    ...(text.rest === undefined ? {} : { does: text.rest }),
    effects: planned.effects,
    // Granted access is irreversible, because no tool can revoke it.
    irreversible: planned.effects.includes('destructive') || planned.effects.includes('session'),
    ...(text.undo === undefined ? {} : { undo: text.undo }),
    cost: text.cost,
    ...(text.settles === undefined ? {} : { settles: text.settles }),
    ...(text.alsoSets.length > 0 ? { alsoSets: text.alsoSets } : {}),
    ...(text.inFull.length > 0 ? { inFull: text.inFull } : {}),
    complete: text.complete,
    ...(planned.dependents && (planned.dependents.count > 0 || planned.dependents.atLeast)
      ? { dependents: planned.dependents as ChangeDependents }
      : {}),
    warnings: text.warnings,
    doubts: operation.doubts ?? [],
    targets: planned.targets.map(
      ({ device, label, before, becomes, verdict, name, groups, plan, identifiers }): Target => ({
        device,
        label,
        before,
        ...(becomes && verdict === 'change' ? { becomes } : {}),
        ...(name === undefined ? {} : { name }),
        ...(groups ? { groups } : {}),
        ...(plan === undefined ? {} : { plan }),
        ...(identifiers ? { identifiers } : {}),
        outcome: verdict === 'unchanged' ? 'unchanged' : 'planned',
      }),
    ),
    steps: planned.steps.map((step): Step => ({ ...step, state: 'planned' })),
    inputs,
    ...(undoes ? { undoes: undoes.id } : {}),
    ...(resumes ? { resumes: resumes.id } : {}),
    intent: parts.intent,
    preview,
    created: parts.created,
    expires: parts.expires,
    log: [{ at: parts.created, what: preview ? 'previewed' : 'planned' }],
  };
  const ended = endOf(planned, inputs, connection);
  return ended ? { ...change, ...ended, ended: parts.created, steps: change.steps.map(withoutInput), inputs: [] } : change;
}

/** Status and explanation of a plan that ends without approval; undefined if it needs one. */
function endOf(plan: Plan<AnyInput>, inputs: readonly AnyInput[], connection: Intent['connection']): Partial<Change> | undefined {
  const refused = plan.targets.filter((target) => target.verdict === 'refuse');
  if (refused.length > 0) {
    const shown = refused.slice(0, shownRefusals).map((target) => `${target.label}: ${target.why ?? 'its state does not allow this'}`);
    const more = refused.length > shown.length ? ` and ${refused.length - shown.length} more` : '';
    const them = refused.length === 1 ? 'it' : 'them';
    return {
      status: 'refused',
      reason: 'lifecycle',
      explanation: `${shown.join('; ')}${more}. Nothing was sent. Leave ${them} out, or bring ${them} into the right state first.`,
      summary: (shown[0] ?? '').slice(0, 300),
    };
  }
  if (!plan.targets.some((target) => target.verdict === 'change')) {
    return {
      status: 'unchanged',
      explanation: 'All targets are already in the requested state; nothing was sent.',
      summary: sanitize(
        `Already in this state: ${render(plan.effect, requestFields(inputs.map((input) => ({ input, targets: [] })))).text}`,
        300,
      ),
    };
  }
  if (connection.writes) return undefined;
  return {
    status: 'refused',
    reason: 'policy',
    explanation: `Connection ${connection.name} does not allow changes; nothing was sent. An operator can set "writes" to "on" for it.`,
  };
}
