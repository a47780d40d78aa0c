/** The approval document: every text that a person reads about a plan, made from its facts by one renderer. */
import { capital } from '../../text/capital.ts';
import { quoteUntrusted, sanitize } from '../../text/sanitize.ts';
import type { Plan, TargetState, Warning } from '../planner.ts';
import { fieldLine, type Phrase, type Rendered, render } from './phrase.ts';
import { type RequestField, requestFields } from './request-fields.ts';

export interface ApprovalDocument {
  /** What is done to what, where, at what cost and how it is undone; at most 300 characters. */
  headline: string;
  /** What the headline had to leave out: cost and undo, or all of a longer effect. */
  rest: string | undefined;
  /** The request fields that no other text shows, each as `name = value`, secrets hidden. */
  alsoSets: readonly string[];
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

/** Fields that change nothing by themselves: the kind of the identifier beside them, the version that the request expects. */
const technical = /(^|\.)(kind|idType|occContext\.version)$/;

/** The approval document of a plan on a connection. */
export function approvalDocument(plan: Plan<unknown>, connection: string): ApprovalDocument {
  const fields = requestFields(plan.steps);
  const changing = plan.targets.filter((target) => target.verdict === 'change');
  const text = (it: Phrase | undefined): Rendered | undefined => (it === undefined ? undefined : render(it, fields));
  const effect = render(plan.effect, fields);
  const [cost, undo, settles] = [text(plan.cost), text(plan.undo), text(plan.settles)];
  const warnings = (plan.warnings ?? []).map((one) => ({ code: one.code, ...render(one.text, fields) }));
  const costText = cost?.text ?? (plan.effects.includes('billing') ? 'Cost unknown' : 'free');
  const head = headline({ plan, changing, connection, effect: effect.text, cost: costText, undo: undo?.text });
  const inHeadline = new Set<RequestField>([effect, cost, undo].flatMap((one) => [...(one?.accounts ?? [])]));
  const elsewhere = new Set<RequestField>([settles, ...warnings].flatMap((one) => [...(one?.accounts ?? [])]));
  const factsOf = stepFacts(new Map(changing.map((target) => [target.device, target])));
  const open = fields.filter((one) => !inHeadline.has(one) && !isFixed(one, factsOf(one)));
  const unstated = open.filter((one) => !elsewhere.has(one) && !isInTargetLine(one, factsOf(one)));
  return {
    headline: head.text,
    rest: head.rest,
    alsoSets: [...new Set(unstated.map((one) => fieldLine(one)))].sort(),
    warnings: warnings.map((one) => ({ code: one.code, text: one.text })),
    cost: cost?.text ?? (plan.effects.includes('billing') ? 'cost unknown' : 'free'),
    undo: undo?.text,
    settles: settles?.text,
    complete: head.effectWhole && effect.complete && open.length === 0 && changing.length <= namedTargets,
  };
}

/** What is known of the targets of one request, so that each of its fields is looked up once. */
interface StepFacts {
  /** Identifiers on record of any target, as they are and in compact form. */
  ids: ReadonlySet<string>;
  /** Identifiers that only the request states and that stand in the line of their target. */
  stated: ReadonlySet<string>;
  /** `name=value` of each fact that every target has now. */
  present: ReadonlySet<string>;
  /** Values that become of every target. */
  becomes: ReadonlySet<string>;
}

/** The facts of a request by its list of targets. */
function stepFacts(states: ReadonlyMap<string, TargetState>): (field: RequestField) => StepFacts {
  const known = new Map<readonly string[], StepFacts>();
  return ({ targets }) => {
    const present = known.get(targets);
    if (present) return present;
    const own = targets.flatMap((device) => states.get(device) ?? []);
    const ids = own
      .flatMap(({ device, identifiers = [], unrecorded = [] }) => [device, ...identifiers.filter((id) => !unrecorded.includes(id))])
      .flatMap((id) => [id, compact(id), `e${compact(id)}`]);
    const facts: StepFacts = {
      ids: new Set(ids),
      stated: new Set(own.flatMap(({ unrecorded = [], becomes = {} }) => unrecorded.filter((id) => Object.values(becomes).includes(id)))),
      present: commonTo(own.map(({ before }) => Object.entries(before).flatMap(([fact, value]) => factKeys(fact, value)))),
      becomes: commonTo(own.map(({ becomes = {} }) => Object.values(becomes))),
    };
    known.set(targets, facts);
    return facts;
  };
}

/** Whether the value stands in what becomes of every target, or as an identifier in the line of its own target. */
const isInTargetLine = ({ value }: RequestField, { becomes, stated }: StepFacts): boolean =>
  becomes.has(String(value)) || stated.has(String(value));

/** A fact `account` is the field `accountName` too. */
const factKeys = (fact: string, value: string): string[] => [`${compact(fact)}=${value}`, `${compact(fact)}name=${value}`];

/** The values that all lists hold. */
function commonTo(lists: readonly (readonly string[])[]): ReadonlySet<string> {
  const [first = [], ...rest] = lists;
  const sets = rest.map((list) => new Set(list));
  return new Set(first.filter((value) => sets.every((set) => set.has(value))));
}

/** Whether a field changes nothing: it is technical, names a target that is shown, or repeats the state that every target has. */
function isFixed({ path, value }: RequestField, { ids, present }: StepFacts): boolean {
  if (technical.test(path)) return true;
  const text = String(value);
  if (text.length <= nameCap && (ids.has(text) || (compact(text).length >= 8 && ids.has(compact(text))))) return true;
  return present.has(`${compact(path.slice(path.lastIndexOf('.') + 1))}=${text}`);
}

const compact = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

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
  const behind = plan.dependents && plan.dependents.count > 0 ? ` ${dependentsText(plan.dependents)}.` : '';
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
