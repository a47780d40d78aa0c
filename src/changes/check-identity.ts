/**
 * Whether the requests of a plan name only the targets that a person is shown. Every identifier that a contract marks as `target` must be one of
 * the identifiers of a target of its request, and all of one element must belong to the same target. Checked here for all operations, so that
 * no planner can forget it.
 */
import type { AnyEndpoint, AnyInput } from '../clients/http/endpoint.ts';
import { Refusal } from '../clients/http/errors.ts';
import { type InputIdentifier, identifiersOf } from '../clients/http/identifiers-of.ts';
import { quoteValue } from '../text/sanitize.ts';
import { messageOf } from './outcome.ts';
import type { Plan, TargetState } from './planner.ts';
import { isSameDevice } from './same-device.ts';

type Named = Pick<TargetState, 'device' | 'identifiers'>;

/** Throws a Refusal if a request names something that is not one of its shown targets. `whole` is the target that stands for everything. */
export function checkIdentity(
  operation: AnyEndpoint,
  { steps, targets }: { steps: Plan<AnyInput>['steps']; targets: readonly Named[] },
  whole: string,
): void {
  const shown = new Map(targets.map((target) => [target.device, target]));
  for (const { input, targets: named } of steps) {
    // An operation without a planner counts as touching the whole connection, which the person is told.
    if (named.includes(whole)) continue;
    const own = named.flatMap((device) => shown.get(device) ?? []);
    const ids = identifiersOf(operation, input).filter(({ role }) => role === 'target');
    const isPlain = plainlyNamed(own);
    for (const element of Map.groupBy(ids, (one) => one.element).values()) if (!isPlain(element)) checkElement(element, own);
  }
}

/** Why a request names something else than its targets; undefined if it does not. */
export function identityProblem(...given: Parameters<typeof checkIdentity>): string | undefined {
  try {
    checkIdentity(...given);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

function checkElement(element: readonly InputIdentifier[], targets: readonly Named[]): void {
  const unknown = element.find((id) => !targets.some((target) => bears(target, id)));
  if (unknown) {
    const shown = targets.map(({ device }) => quoteValue(device)).slice(0, 5);
    throw new Refusal(
      `${unknown.path}: ${unknown.kind === 'ref' ? '' : `${unknown.kind} `}${quoteValue(unknown.value)} is not known to belong to a target of this request (${shown.join(', ')})`,
      'Nothing was sent. Name each device by one identifier, as find_device shows it.',
      unknown.path,
    );
  }
  // Identifiers in a part of the request that has no elements may name several targets, such as a parent in the path.
  if (!/\[\d+\]$/.test(element[0]?.element ?? '')) return;
  if (targets.some((target) => element.every((id) => bears(target, id)))) return;
  throw new Refusal(
    `${element[0]?.element}: ${element.map(({ value }) => quoteValue(value)).join(' and ')} belong to different devices`,
    'Nothing was sent. Give one element for each device.',
    element[0]?.element ?? '',
  );
}

/**
 * Tells whether all identifiers of an element are spelled as those of one of these targets, but for their case. So it is for nearly every
 * element, and a request with hundreds of them is checked at once.
 */
function plainlyNamed(targets: readonly Named[]): (element: readonly InputIdentifier[]) => boolean {
  const bearers = new Map<string, Set<Named>>();
  for (const target of targets)
    for (const id of [target.device, ...(target.identifiers ?? [])]) {
      const spelled = plainForm(id);
      const known = bearers.get(spelled);
      if (known) known.add(target);
      else if (spelled !== '') bearers.set(spelled, new Set([target]));
    }
  return (element) => {
    const [first, ...others] = element.map(({ value }) => bearers.get(plainForm(value)));
    return first !== undefined && [...first].some((target) => others.every((those) => those?.has(target)));
  };
}

const plainForm = (id: string): string => id.trim().toUpperCase();

/** Whether a target has this identifier, in any spelling. */
function bears({ device, identifiers = [] }: Named, { value }: InputIdentifier): boolean {
  return [device, ...identifiers].some((id) => isSameDevice(id, value) || sameEui(id, value));
}

/** EUIs are compared without separators and case; a platform's key may put an `e` before one. */
function sameEui(a: string, b: string): boolean {
  const [one, other] = [a, b].map((text) => text.toUpperCase().replace(/[^0-9A-Z]/g, ''));
  if (one === undefined || other === undefined || one.length < 16) return false;
  return one === other || `E${one}` === other || one === `E${other}`;
}
