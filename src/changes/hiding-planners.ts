/** Hides the secrets of this process in every plan, before it is sealed and shown. */
import { type Redactor, secretValuesIn } from '../text/redact.ts';
import { phraseWith } from './document/phrase.ts';
import type { AnyPlanner, Plan, TargetState } from './planner.ts';
import type { Planners } from './planners.ts';

/** Planners whose plans hold no secret of this process: what is compared, sealed, shown and stored is one and the same text. */
export function hidingPlanners(inner: Planners, redactor: Redactor): Planners {
  const known = new Map<AnyPlanner, AnyPlanner>();
  const hiding = (planner: AnyPlanner): AnyPlanner => {
    const present = known.get(planner);
    if (present) return present;
    const made: AnyPlanner = {
      ...planner,
      inspect: async (inputs, at) => withoutSecretsIn(await planner.inspect(inputs, at), redactor),
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

/** The texts of a plan. Its steps stay as they are: they are sent. */
function withoutSecretsIn<I>(plan: Plan<I>, redactor: Redactor): Plan<I> {
  const text = (value: string): string => redactor.text(value);
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
        before: redactor.value(before),
        ...(becomes === undefined ? {} : { becomes: redactor.value(becomes) }),
        ...(why === undefined ? {} : { why: text(why) }),
        ...(name === undefined ? {} : { name: text(name) }),
        ...(groups === undefined ? {} : { groups: groups.map(text) }),
        ...(service === undefined ? {} : { plan: text(service) }),
      };
    }),
  };
}
