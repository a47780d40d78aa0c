import type { AnyEndpoint } from '../clients/http/endpoint.ts';
import type { AnyPlanner } from './planner.ts';

/**
 * The planner of an operation that has none of its own: it counts as touching the whole connection and as irreversible,
 * for nobody can say whom it touches nor read whether it took effect.
 */
export function wholeConnection(operation: AnyEndpoint): AnyPlanner {
  return {
    operation,
    async look(inputs, { connection }) {
      const effects = operation.effects.includes('destructive') ? operation.effects : [...operation.effects, 'destructive' as const];
      return {
        targets: [{ device: connection.name, label: `the whole connection ${connection.name}`, before: {}, verdict: 'change' }],
        steps: inputs.map((input) => ({ input, targets: [connection.name] })),
        effect: `run ${operation.id}, which may touch every device there`,
        noun: 'connection',
        effects,
        warnings: ['this operation has no planner: its targets, its state before and its end cannot be read'],
      };
    },
    async settle(step) {
      return step.targets.map((device) =>
        step.answered
          ? { device, outcome: 'applied' as const, why: 'the provider accepted it; its effect was not read' }
          : { device, outcome: 'pending' as const },
      );
    },
    patience: { ms: 600_000, silence: 'unknown' },
  };
}
