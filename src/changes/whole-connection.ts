import type { AnyEndpoint } from '../clients/http/endpoint.ts';
import { warning } from './document/approval-document.ts';
import { phrase, quoted } from './document/phrase.ts';
import type { AnyPlanner } from './planner.ts';

/**
 * The planner of an operation without one of its own. The operation counts as touching the whole connection and as irreversible, because
 * neither its targets nor its outcome can be read.
 */
export function wholeConnectionPlanner(operation: AnyEndpoint): AnyPlanner {
  return {
    operation,
    async inspect(inputs, { connection }) {
      const effects = operation.effects.includes('destructive') ? operation.effects : [...operation.effects, 'destructive' as const];
      return {
        targets: [{ device: connection.name, label: `the whole connection ${connection.name}`, before: {}, verdict: 'change' }],
        steps: inputs.map((input) => ({ input, targets: [connection.name] })),
        effect: phrase`run ${quoted(operation.id, 80)}, which may touch every device there`,
        noun: 'connection',
        effects,
        warnings: [warning('no-planner', phrase`this operation has no planner: its targets, their state and its outcome cannot be read`)],
      };
    },
    async settle(step) {
      return step.targets.map((device) =>
        step.answered
          ? { device, outcome: 'applied' as const, why: 'the provider accepted it; its effect was not read' }
          : { device, outcome: 'pending' as const },
      );
    },
    settleTimeout: { ms: 600_000, onTimeout: 'unknown' },
  };
}
