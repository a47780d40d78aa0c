import { reachability } from '../../clients/thingspace/reachability.ts';
import { field, phrase, word } from '../document/phrase.ts';
import { planner } from '../planner.ts';
import { requestIdOf, settleAccepted } from './sim-settling.ts';
import { missingListenerWarnings } from './sim-warnings.ts';
import { elementsOf, inspectSims, narrowBy } from './sims.ts';

/** Starts reachability monitors. Their ids and results are sent only to the registered listener. */
export const startMonitors = planner({
  operation: reachability.start,
  async inspect(inputs, at) {
    const inspected = await inspectSims(inputs, at, {
      selection: ({ body: { devices, accountName } }) => ({ devices, accountName }),
      verdictOf: () => ({ verdict: 'change' }),
      request: ({ body }, sims) => ({ body: { ...body, devices: elementsOf(sims) } }),
    });
    const body = inputs[0]?.body;
    return {
      ...inspected,
      warnings: [...inspected.warnings, ...(body ? await missingListenerWarnings('DiagnosticsService', body.accountName, at) : [])],
      effect: phrase`ask for a ${word('body.requestType')} monitor until ${field('body.monitorExpirationTime')}`,
      effects: reachability.start.effects,
      undo: phrase`stopping it by its monitorId, which only the listener receives`,
    };
  },
  narrow: narrowBy('devices'),
  providerRequestIdOf: requestIdOf,
  settle: async (step) => settleAccepted(step, 'DiagnosticsService'),
  settleTimeout: { ms: 600_000, onTimeout: 'unknown' },
});

export const stopMonitors = planner({
  operation: reachability.stop,
  async inspect(inputs) {
    const targets = inputs.flatMap(({ body }) =>
      body.monitorIds.map((id) => ({
        device: id,
        label: `monitor ${id}`,
        before: { account: body.accountName },
        verdict: 'change' as const,
      })),
    );
    return {
      targets,
      steps: inputs.map((input) => ({ input, targets: input.body.monitorIds })),
      effect: phrase`ask to stop the monitor`,
      noun: 'monitor',
      effects: reachability.stop.effects,
      undo: phrase`watch_reachability starts another one`,
    };
  },
  providerRequestIdOf: requestIdOf,
  settle: async (step) => settleAccepted(step, 'DiagnosticsService'),
  settleTimeout: { ms: 600_000, onTimeout: 'unknown' },
});
