import { reachability } from '../../clients/thingspace/reachability.ts';
import { fence } from '../../text/fence.ts';
import { planner } from '../planner.ts';
import { elementsOf, lookAtSims, narrowedBy, receipt, settleAccepted, unheard } from './sims.ts';

/** Starts reachability monitors. Their ids and results are sent only to the registered listener. */
export const startMonitors = planner({
  operation: reachability.start,
  async look(inputs, at) {
    const inspected = await lookAtSims(inputs, at, {
      selection: ({ body: { devices, accountName } }) => ({ devices, accountName }),
      verdictOf: () => ({ verdict: 'change' }),
      request: ({ body }, sims) => ({ body: { ...body, devices: elementsOf(sims) } }),
    });
    const body = inputs[0]?.body;
    return {
      ...inspected,
      warnings: [...inspected.warnings, ...(body ? await unheard('DiagnosticsService', body.accountName, at) : [])],
      effect: `ask for a ${body?.requestType ?? ''} monitor until ${fence(body?.monitorExpirationTime ?? '', 30)}`,
      effects: reachability.start.effects,
      undo: 'stopping it by its monitorId, which only the listener receives',
    };
  },
  narrow: narrowedBy('devices'),
  receipt,
  settle: async (step) => settleAccepted(step, 'DiagnosticsService'),
  patience: { ms: 600_000, silence: 'unknown' },
});

export const stopMonitors = planner({
  operation: reachability.stop,
  async look(inputs) {
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
      effect: 'ask to stop the monitor',
      noun: 'monitor',
      effects: reachability.stop.effects,
      undo: 'watch_reachability starts another one',
    };
  },
  receipt,
  settle: async (step) => settleAccepted(step, 'DiagnosticsService'),
  patience: { ms: 600_000, silence: 'unknown' },
});
