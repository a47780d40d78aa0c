import type { Connection } from '../../clients/connect.ts';
import type { AnyEndpoint } from '../../clients/http/endpoint.ts';
import type { Picture } from '../planner.ts';
import type { Subject } from './judge.ts';

/** A planned change as rules see it: only the targets that would change count. */
export function subjectOf({
  operation,
  connection,
  picture,
  ...rest
}: Pick<Subject, 'caller' | 'at' | 'total' | 'unattended'> & {
  operation: Pick<AnyEndpoint, 'id'>;
  connection: Pick<Connection, 'name' | 'provider'>;
  picture: Pick<Picture<unknown>, 'targets' | 'effects'>;
}): Subject {
  return {
    ...rest,
    operation: operation.id,
    connection: connection.name,
    provider: connection.provider,
    effects: picture.effects,
    targets: picture.targets
      .filter(({ verdict }) => verdict === 'change')
      .map(({ device, label, name, groups, plan }) => ({ device, label, name, groups, plan })),
  };
}
