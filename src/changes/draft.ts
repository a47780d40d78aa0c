/** A planned change as it is first written down. */
import type { AnyInput } from '../clients/http/endpoint.ts';
import { type Change, forget, type Step, type Target } from '../store/change.ts';
import type { Intent } from './intent.ts';
import type { Picture } from './planner.ts';
import { sentence } from './sentence.ts';

/** What a draft is made of beside the wish and the world as the plan sees it. */
export interface DraftParts {
  id: string;
  intent: string;
  session: string;
  created: number;
  expires: number;
}

/** A change that nobody has sealed yet. */
export type Draft = Omit<Change, 'seal'>;

const shownRefusals = 5;

/** The change as planned; already ended where nothing may or need be done. */
export function draft(
  { operation, connection, inputs, caller, client, preview, undoes, resumes, warnings = [] }: Intent,
  picture: Picture<AnyInput>,
  parts: DraftParts,
): Draft {
  const summary = sentence(picture, connection.name);
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
    summary,
    ...(summary.includes(picture.effect) ? {} : { does: picture.effect }),
    effects: picture.effects,
    // Who was let in stays in: nothing that a tool may run shuts them out again.
    irreversible: picture.effects.includes('destructive') || picture.effects.includes('session'),
    ...(picture.undo ? { undo: picture.undo } : {}),
    cost: picture.cost ?? (picture.effects.includes('billing') ? 'cost unknown' : 'free'),
    ...(picture.settles ? { settles: picture.settles } : {}),
    warnings: [...warnings, ...(picture.warnings ?? [])],
    doubts: operation.doubts ?? [],
    targets: picture.targets.map(
      ({ device, label, before, verdict, name, groups, plan }): Target => ({
        device,
        label,
        before,
        ...(name === undefined ? {} : { name }),
        ...(groups ? { groups } : {}),
        ...(plan === undefined ? {} : { plan }),
        outcome: verdict === 'unchanged' ? 'unchanged' : 'planned',
      }),
    ),
    steps: picture.steps.map((step): Step => ({ ...step, state: 'planned' })),
    inputs,
    ...(undoes ? { undoes: undoes.id } : {}),
    ...(resumes ? { resumes: resumes.id } : {}),
    intent: parts.intent,
    preview,
    created: parts.created,
    expires: parts.expires,
    log: [{ at: parts.created, what: preview ? 'previewed' : 'planned' }],
  };
  const ended = endOf(picture, connection);
  return ended ? { ...change, ...ended, ended: parts.created, steps: change.steps.map(forget), inputs: [] } : change;
}

/** Why a plan ends before anybody is asked; undefined when somebody shall be. */
function endOf(picture: Picture<AnyInput>, connection: Intent['connection']): Partial<Change> | undefined {
  const refused = picture.targets.filter((target) => target.verdict === 'refuse');
  if (refused.length > 0) {
    const shown = refused.slice(0, shownRefusals).map((target) => `${target.label}: ${target.why ?? 'not in a state for this'}`);
    const more = refused.length > shown.length ? ` and ${refused.length - shown.length} more` : '';
    const them = refused.length === 1 ? 'it' : 'them';
    return {
      status: 'refused',
      reason: 'lifecycle',
      explanation: `${shown.join('; ')}${more}. Nothing was sent. Leave ${them} out, or bring ${them} into the right state first.`,
      summary: (shown[0] ?? '').slice(0, 300),
    };
  }
  if (!picture.targets.some((target) => target.verdict === 'change')) {
    return {
      status: 'unchanged',
      explanation: 'Everything is as asked already; nothing was sent.',
      summary: `Already so: ${picture.effect}`.slice(0, 300),
    };
  }
  if (connection.writes) return undefined;
  return {
    status: 'refused',
    reason: 'policy',
    explanation: `Connection ${connection.name} does not allow changes; nothing was sent. An operator may set writes to on for it.`,
  };
}
