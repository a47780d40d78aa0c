/** Fingerprints of intents, and seals over everything in a plan that must not change before it is sent. */
import { createHmac } from 'node:crypto';
import type { AnyEndpoint, AnyInput } from '../clients/http/endpoint.ts';
import { schemaOf } from '../clients/http/schema-of.ts';
import { canonicalJson } from '../text/canonical-json.ts';
import type { Draft } from './draft.ts';
import type { ExecutorOptions } from './executor.ts';
import type { Intent } from './intent.ts';
import type { Plan } from './planner.ts';
import type { Policy } from './policy.ts';

export interface Seals {
  /** Fingerprint of an intent: equal for equal operation, arguments, connection and caller. */
  fingerprint(intent: Pick<Intent, 'operation' | 'connection' | 'inputs' | 'caller'>): string;
  /** The seal of a plan: an HMAC over what the person was shown and what the rules were evaluated on. */
  sealOf(change: Draft, plan: Pick<Plan<AnyInput>, 'steps' | 'targets'>): string;
  /** Whether one of the keys has sealed this plan. */
  isSealed: ExecutorOptions['isSealed'];
}

/** Makes seals with the first of these HMAC keys. Plans that one of the others has sealed stay valid. */
export function makeSeals(keys: readonly [Buffer, ...Buffer[]], policy: Policy): Seals {
  // Sealed inputs may hold device keys, which a plain hash would expose to guessing.
  const hash = (value: unknown, key: Buffer): string => createHmac('sha256', key).update(canonicalJson(value)).digest('base64url');
  const [current] = keys;
  const sealOf = (...[change, plan]: Parameters<Seals['sealOf']>): string => hash(sealedParts(change, plan, policy), current);
  return {
    fingerprint: ({ operation, connection, inputs, caller }) =>
      hash(
        { operation: operation.id, connection: connection.name, inputs: inputs.map((input) => normalForm(operation, input)), caller },
        current,
      ),
    sealOf,
    isSealed: (change, plan) => {
      const sealed = sealedParts(change, plan, policy);
      return keys.some((key) => hash(sealed, key) === change.seal);
    },
  };
}

/** What a seal covers. The state of the targets is included, so that a changed state breaks the seal. */
function sealedParts(...[change, { steps, targets }, policy]: [...Parameters<Seals['sealOf']>, Policy]) {
  const { id, operation, provider, connection, sandbox, caller, askedBy, summary, does, alsoSets } = change;
  const { inFull, complete, effects, irreversible, blast, dependents } = change;
  return {
    shown: {
      id,
      operation,
      provider,
      connection,
      sandbox,
      caller,
      askedBy,
      summary,
      does,
      alsoSets,
      complete,
      effects,
      irreversible,
      inFull,
    },
    touched: { blast, dependents },
    named: change.targets.map(({ device, label, name, groups, plan, becomes }) => ({ device, label, name, groups, plan, becomes })),
    policy,
    steps: steps.map(({ input, targets: touched }) => ({ input, targets: touched })),
    targets: targets.map(({ device, name, before, verdict }) => ({ device, name, before, verdict })),
  };
}

/** The input as normalised by its schema. Invalid input is returned unchanged; the planner's call will refuse it. */
function normalForm(operation: AnyEndpoint, input: AnyInput): unknown {
  const body = schemaOf(operation, 'body')?.safeParse(input.body);
  const query = schemaOf(operation, 'query')?.safeParse(input.query ?? {});
  return { path: input.path, query: query?.success ? query.data : input.query, body: body?.success ? body.data : input.body };
}
