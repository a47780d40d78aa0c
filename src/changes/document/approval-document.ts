/** The approval document: every text that a person reads about a plan, made from its facts by one renderer. */

import { isShownTarget, wholeTargets } from '../../approvers/target-text.ts';
import type { AnyEndpoint } from '../../clients/http/endpoint.ts';
import { capital } from '../../text/capital.ts';
import { quoteUntrusted, sanitize } from '../../text/sanitize.ts';
import type { Plan, TargetState, Warning } from '../planner.ts';
import { fieldLines, wholeLine } from './field-text.ts';
import type { Phrase } from './phrase.ts';
import { type Rendered, render } from './render.ts';
import { type RequestField, requestFields } from './request-fields.ts';
import { factsOf, isFixed, isInTargetLine, ownersIn } from './target-facts.ts';

export interface ApprovalDocument {
  /** What is done to what, where, at what cost and how it is undone; at most 300 characters. */
  headline: string;
  /** What the headline had to leave out: cost and undo, or all of a longer effect. */
  rest: string | undefined;
  /** The request fields that no other text shows, each as `name = value`, secrets hidden. */
  alsoSets: readonly string[];
  /** Those of them, and of the targets, that are too long for a question: whole, secrets hidden. */
  inFull: readonly string[];
  warnings: readonly RenderedWarning[];
  cost: string;
  undo: string | undefined;
  settles: string | undefined;
  /** Whether the headline alone shows every target and every field in full. */
  complete: boolean;
}

export interface RenderedWarning {
  code: string;
  text: string;
}

/** Longest headline, characters. */
const headlineCap = 300;
/** Longest name of a connection or of a target in a headline. */
const nameCap = 40;
/** Up to this many targets the headline names each one. */
const namedTargets = 3;

/** The approval document of a plan on a connection. Without the operation, every field counts as free text of the caller. */
export function approvalDocument(plan: Plan<unknown>, connection: string, operation?: AnyEndpoint): ApprovalDocument {
  const changing = plan.targets.filter((target) => target.verdict === 'change');
  const states = new Map(changing.map((target) => [target.device, target]));
  const fields = requestFields(plan.steps, operation, ownersIn(states));
  const text = (it: Phrase | undefined): Rendered | undefined => (it === undefined ? undefined : render(it, fields));
  const effect = render(plan.effect, fields);
  const [cost, undo, settles] = [text(plan.cost), text(plan.undo), text(plan.settles)];
  const warnings = (plan.warnings ?? []).map((one) => ({ code: one.code, ...render(one.text, fields) }));
  const costText = cost?.text ?? (plan.effects.includes('billing') ? 'Cost unknown' : 'free');
  const head = headline({ plan, changing, connection, effect: effect.text, cost: costText, undo: undo?.text });
  const inHeadline = new Set<RequestField>([effect, cost, undo].flatMap((one) => [...(one?.accounts ?? [])]));
  const elsewhere = new Set<RequestField>([settles, ...warnings].flatMap((one) => [...(one?.accounts ?? [])]));
  const of = factsOf(states, connection);
  const open = fields.filter((one) => !inHeadline.has(one) && !isFixed(one, of(one)));
  const unstated = open.filter((one) => !elsewhere.has(one) && !isInTargetLine(one, of(one)));
  const lines = fieldLines(unstated, { targets: changing.map(({ device }) => device) });
  return {
    headline: head.text,
    rest: head.rest,
    alsoSets: lines.map((one) => one.text).sort(),
    inFull: [
      ...lines
        .filter(({ whole }) => !whole)
        .map(wholeLine)
        .sort(),
      ...wholeTargets(changing),
    ],
    warnings: warnings.map((one) => ({ code: one.code, text: one.text })),
    cost: cost?.text ?? (plan.effects.includes('billing') ? 'cost unknown' : 'free'),
    undo: undo?.text,
    settles: settles?.text,
    complete:
      head.effectWhole &&
      effect.complete &&
      open.length === 0 &&
      changing.length <= namedTargets &&
      changing.every(({ device }) => isShownTarget(device, nameCap)),
  };
}

interface HeadlineFacts {
  plan: Plan<unknown>;
  changing: readonly TargetState[];
  connection: string;
  effect: string;
  cost: string;
  undo: string | undefined;
}

interface Headline {
  text: string;
  /** Whether the text holds the whole effect. */
  effectWhole: boolean;
  rest: string | undefined;
}

/**
 * Identifiers and count, connection, effect, what was left out, cost, undo. Where that is too long, cost and undo are left to the rest; where
 * it still is, only the count names several targets and the effect is cut. What cannot be undone always stays.
 */
function headline({ plan, changing, connection, effect, cost, undo }: HeadlineFacts): Headline {
  const unchanged = plan.targets.filter((target) => target.verdict === 'unchanged').length;
  const count = `${changing.length} ${plan.noun}${changing.length === 1 ? '' : 's'}`;
  const shown = changing.slice(0, changing.length > namedTargets ? 2 : namedTargets).map(({ device }) => quoteUntrusted(device, nameCap));
  const others = changing.length - shown.length;
  const ids = `${shown.join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
  const { dependents } = plan;
  const behind = dependents && dependents.count > 0 && !dependents.isInEffect ? ` ${dependentsText(dependents)}.` : '';
  const leftOut = unchanged > 0 ? ` ${unchanged} already in this state, left out.` : '';
  const costText = plan.effects.includes('billing') ? ` ${cost}.` : '';
  const undoText = undo ? ` Undo: ${undo}.` : ' Cannot be undone.';
  const on = `on ${quoteUntrusted(connection, nameCap)}`;
  const tail = `.${behind}${leftOut}${costText}${undoText}`;
  const whole = `${ids} (${count}) ${on}: ${effect}${tail}`;
  if (whole.length <= headlineCap) return { text: whole, effectWhole: true, rest: undefined };
  const first = changing.length === 1 ? `${ids} (${count})` : capital(count);
  const kept = `.${behind}${undo ? '' : ' Cannot be undone.'}`;
  const rest = `${leftOut}${costText}${undo ? undoText : ''}`.trim();
  const short = `${changing.length > namedTargets ? first : `${ids} (${count})`} ${on}: ${effect}${kept}`;
  if (short.length <= headlineCap) return { text: short, effectWhole: true, rest: rest || undefined };
  const start = `${first} ${on}: `;
  const cut = sanitize(effect, headlineCap - start.length - kept.length);
  return { text: `${start}${cut}${kept}`, effectWhole: false, rest: `${capital(effect)}. ${rest}`.trim() };
}

/** What stands behind the targets: `225 devices depend on it`. */
export function dependentsText({ noun, count, atLeast }: NonNullable<Plan<unknown>['dependents']>): string {
  const many = `${atLeast ? 'At least ' : ''}${count} ${noun}${count === 1 ? '' : 's'}`;
  return `${many} depend${count === 1 ? 's' : ''} on it`;
}

/** A warning with a code that groups warnings of its kind. */
export function warning(code: string, text: Phrase): Warning {
  return { code, text };
}
