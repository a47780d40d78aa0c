import { labels } from '../../clients/thingspace/labels.ts';
import { field, nothing, phrase } from '../document/phrase.ts';
import { planner } from '../planner.ts';
import { requestIdOf, settleByListener } from './sim-settling.ts';
import { digitWarnings, eidWarnings } from './sim-warnings.ts';
import { narrowBy, requestsFor, requireSingleIdentity, resolveSims, simTarget } from './sims.ts';

const mostLabels = 2000;

/** Sets labels, by which the carrier groups usage. The present label of a device cannot be read. */
export const setLabels = planner({
  operation: labels.set,
  async inspect(inputs, at) {
    const inspected = await Promise.all(
      inputs.map(async ({ body }) => {
        const sims = await resolveSims({ devices: body.labels.map(({ deviceIds }) => ({ deviceIds })), accountName: body.accountName }, at);
        requireSingleIdentity(sims);
        const labelOf = new Map(sims.map((sim, i) => [sim.element, body.labels[i]]));
        return {
          targets: sims.map((sim) => {
            const label = labelOf.get(sim.element)?.label;
            const becomes = label ? { becomes: { 'label name': label.name, 'label value': label.value } } : {};
            return simTarget(sim, sim.row ? { verdict: 'change', ...becomes } : { verdict: 'refuse', why: 'the carrier does not know it' });
          }),
          warnings: [...digitWarnings(sims), ...eidWarnings(sims)],
          steps: requestsFor(
            sims.filter((sim) => sim.row),
            mostLabels,
            at,
          ).map(([, group]) => ({
            input: { body: { accountName: body.accountName, labels: group.flatMap((sim) => labelOf.get(sim.element) ?? []) } },
            targets: group.map((sim) => sim.device),
          })),
        };
      }),
    );
    const wanted = new Set(inputs.flatMap(({ body }) => body.labels.map(({ label }) => `${label.name}\n${label.value}`)));
    return {
      targets: inspected.flatMap((one) => one.targets),
      steps: inspected.flatMap((one) => one.steps),
      warnings: inspected.flatMap((one) => one.warnings),
      effect: phrase`ask for label ${field('body.labels.label.name')} as ${field('body.labels.label.value', 60)}${wanted.size > 1 ? phrase`, each SIM its own` : nothing}, in place of the label it has`,
      noun: 'SIM',
      effects: labels.set.effects,
      undo: phrase`setting the previous label again; it cannot be read`,
    };
  },
  narrow: narrowBy('labels'),
  providerRequestIdOf: requestIdOf,
  reportedOnly: true,
  settle: (step, at) => settleByListener(step, 'CarrierService', at),
  unobservable: true,
  settleTimeout: { ms: 600_000, onTimeout: 'unknown' },
});
