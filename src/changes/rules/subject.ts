import type { Connection } from '../../clients/connect.ts';
import type { AnyEndpoint } from '../../clients/http/endpoint.ts';
import type { Plan } from '../planner.ts';
import type { Subject } from './evaluate-rules.ts';

/** The facts of a plan that rules are evaluated on. Only the targets that would change are included. */
export function subjectOf({
  operation,
  connection,
  plan: planned,
  ...rest
}: Pick<Subject, 'caller' | 'at' | 'total' | 'unattended'> & {
  operation: Pick<AnyEndpoint, 'id'>;
  connection: Pick<Connection, 'name' | 'provider'>;
  plan: Pick<Plan<unknown>, 'targets' | 'effects' | 'dependents'>;
}): Subject {
  return {
    ...rest,
    operation: operation.id,
    connection: connection.name,
    provider: connection.provider,
    effects: planned.effects,
    dependents: planned.dependents,
    targets: planned.targets
      .filter(({ verdict }) => verdict === 'change')
      .map(({ device, label, name, groups, plan }) => ({ device, label, name, groups, plan })),
  };
}
