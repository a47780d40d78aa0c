/** Fingerprints of intents, and seals over everything in a plan that must not change before it is sent. */
import { createHmac } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';

import type { AnyEndpoint, AnyInput } from '../clients/http/endpoint.ts';
import { schemaOf } from '../clients/http/schema-of.ts';
import { canonicalJson, canonicalPieces } from '../text/canonical-json.ts';
import type { Intent } from './intent.ts';
import type { PlanSeal } from './plan-seal.ts';
import type { Policy } from './policy.ts';

export interface Seals extends PlanSeal {
  /** Fingerprint of an intent: equal for equal operation, arguments, connection and caller. */
  fingerprint(intent: Pick<Intent, 'operation' | 'connection' | 'inputs' | 'caller'>): string;
}

/** Makes seals with the first of these HMAC keys. Plans that one of the others has sealed stay valid. */
export function makeSeals(keys: readonly [Buffer, ...Buffer[]], policy: Policy): Seals {
  // Sealed inputs may hold device keys, which a plain hash would expose to guessing.
  const hash = (value: unknown, key: Buffer): string => createHmac('sha256', key).update(canonicalJson(value)).digest('base64url');
  const [current] = keys;
  return {
    fingerprint: ({ operation, connection, inputs, caller }) =>
      hash(
        { operation: operation.id, connection: connection.name, inputs: inputs.map((input) => normalForm(operation, input)), caller },
        current,
      ),
    async sealOf(change, plan) {
      const [seal = ''] = await digests(sealedParts(change, plan, policy), [current]);
      return seal;
    },
    isSealed: async (change, plan) => (await digests(sealedParts(change, plan, policy), keys)).includes(change.seal),
  };
}

/** Digests of one value under several keys. The plan of a large change is long: meanwhile the event loop goes on. */
async function digests(value: unknown, keys: readonly Buffer[]): Promise<string[]> {
  const hashes = keys.map((key) => createHmac('sha256', key));
  let read = 0;
  for (const piece of canonicalPieces(value)) {
    for (const hash of hashes) hash.update(piece);
    read += piece.length;
    if (read < lengthAtOnce) continue;
    read = 0;
    await setImmediate();
  }
  return hashes.map((hash) => hash.digest('base64url'));
}

/** Characters of a plan that are hashed at once; about 5 ms. */
const lengthAtOnce = 200_000;

/** What a seal covers. The state of the targets is included, so that a changed state breaks the seal. */
function sealedParts(...[change, { steps, targets }, policy]: [...Parameters<PlanSeal['sealOf']>, Policy]) {
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
