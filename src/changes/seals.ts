/** Names and seals: what makes two wishes the same, and what of a plan must not change until it is sent. */
import { createHmac } from 'node:crypto';

import { schemaOf } from '../clients/http/client.ts';
import type { AnyEndpoint, AnyInput } from '../clients/http/endpoint.ts';
import { canonical } from '../text/canonical.ts';
import type { Gate } from './gate.ts';
import type { Policy } from './policy.ts';
import type { SenderParts } from './sender.ts';

export interface Seals extends Pick<Gate, 'fingerprint'> {
  /** The seal of a plan, over what a person was shown and rules were asked about. */
  sealOf: SenderParts['sealOf'];
}

export function makeSeals(key: Buffer, policy: Policy): Seals {
  // Keys are among the sealed inputs: a keyed hash tells nothing about them.
  const hash = (value: unknown): string => createHmac('sha256', key).update(canonical(value)).digest('base64url');
  return {
    fingerprint: ({ operation, connection, inputs, caller }) =>
      hash({ operation: operation.id, connection: connection.name, inputs: inputs.map((input) => normalForm(operation, input)), caller }),
    // The world as it stood belongs to it: none of it is another one when it is sent.
    sealOf(change, { steps, targets }) {
      const { id, operation, provider, connection, sandbox, caller, summary, does, effects, irreversible, blast, preview } = change;
      return hash({
        shown: { id, operation, provider, connection, sandbox, caller, summary, does, effects, irreversible, blast, preview },
        named: change.targets.map(({ device, label, name, groups, plan }) => ({ device, label, name, groups, plan })),
        policy,
        steps: steps.map(({ input, targets: touched }) => ({ input, targets: touched })),
        targets: targets.map(({ device, before, verdict }) => ({ device, before, verdict })),
      });
    },
  };
}

/** The input as its own schema normalises it; as it came when it does not fit, which the planner's call will refuse. */
function normalForm(operation: AnyEndpoint, input: AnyInput): unknown {
  const body = schemaOf(operation, 'body')?.safeParse(input.body);
  const query = schemaOf(operation, 'query')?.safeParse(input.query ?? {});
  return { path: input.path, query: query?.success ? query.data : input.query, body: body?.success ? body.data : input.body };
}
