/** The catalogue: every provider operation we know, by its id. */
import type { AnyEndpoint } from './http/endpoint.ts';
import { iotx } from './iotx/index.ts';
import { thingpark } from './thingpark/index.ts';
import { thingspace } from './thingspace/index.ts';

export const contracts = { thingpark, thingspace, iotx };

/** All entries in a stable order: provider, noun, verb as declared. */
export const operations: readonly AnyEndpoint[] = Object.values(contracts).flatMap((nouns) =>
  Object.values(nouns).flatMap((entries): AnyEndpoint[] => Object.values(entries)),
);

const byId = new Map(operations.map((entry) => [entry.id as string, entry]));

export function operationOf(id: string): AnyEndpoint | undefined {
  return byId.get(id);
}
