/** Hides the secrets of this process in every plan, before it is sealed and shown. */

import type { AnyInput } from '../clients/http/endpoint.ts';
import { type Redactor, secretValuesIn } from '../text/redact.ts';
import { phraseWith } from './document/phrase.ts';
import type { AnyPlanner, Plan, TargetState } from './planner.ts';
import type { Planners } from './planners.ts';
import { leavesOf } from './request-leaves.ts';

/** Planners whose plans hold no secret of this process: what is compared, sealed, shown and stored is one and the same text. */
export function hidingPlanners(inner: Planners, redactor: Redactor): Planners {
  const known = new Map<AnyPlanner, AnyPlanner>();
  const hiding = (planner: AnyPlanner): AnyPlanner => {
    const present = known.get(planner);
    if (present) return present;
    const made: AnyPlanner = {
      ...planner,
      inspect: async (inputs, at) => withoutSecretsIn(await planner.inspect(inputs, at), shownText(redactor, inputs)),
      // Before the planner cuts the words of the provider: the beginning of a secret would stay.
      ...(planner.refusals
        ? {
            refusals: (reply, input, targets) =>
              planner.refusals?.(redactor.with(secretValuesIn(input)).value(reply), input, targets) ?? [],
          }
        : {}),
    };
    known.set(planner, made);
    return made;
  };
  return { ...inner, plannerOf: (operation) => hiding(inner.plannerOf(operation)) };
}

/**
 * Hides known secrets, and what a provider says that looks like a credential. What the caller wrote into the request stays, unless it is the
 * value of a secret field: it is what is sent, and nothing of it may disappear from what a person reads.
 */
function shownText(redactor: Redactor, inputs: readonly AnyInput[]): (value: string) => string {
  let own: { texts: readonly string[]; secrets: readonly string[] } | undefined;
  const keep = (found: string): boolean => {
    own ??= { texts: leavesOf(inputs).map(({ text }) => text), secrets: secretValuesIn(inputs) };
    return own.texts.some((text) => text.includes(found)) && !own.secrets.some((secret) => found.includes(secret));
  };
  return (value) => redactor.textExcept(value, keep);
}

/** The texts of a plan. Its steps stay as they are: they are sent. */
function withoutSecretsIn<I>(plan: Plan<I>, text: (value: string) => string): Plan<I> {
  const facts = (values: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [text(name), text(value)]));
  return {
    ...plan,
    effect: phraseWith(plan.effect, text),
    ...(plan.cost === undefined ? {} : { cost: phraseWith(plan.cost, text) }),
    ...(plan.undo === undefined ? {} : { undo: phraseWith(plan.undo, text) }),
    ...(plan.settles === undefined ? {} : { settles: phraseWith(plan.settles, text) }),
    ...(plan.warnings === undefined ? {} : { warnings: plan.warnings.map((one) => ({ ...one, text: phraseWith(one.text, text) })) }),
    targets: plan.targets.map((target): TargetState => {
      const { label, before, becomes, why, name, groups, plan: service } = target;
      return {
        ...target,
        label: text(label),
        before: facts(before),
        ...(becomes === undefined ? {} : { becomes: facts(becomes) }),
        ...(why === undefined ? {} : { why: text(why) }),
        ...(name === undefined ? {} : { name: text(name) }),
        ...(groups === undefined ? {} : { groups: groups.map(text) }),
        ...(service === undefined ? {} : { plan: text(service) }),
      };
    }),
  };
}
