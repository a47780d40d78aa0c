/** Every provider operation of the providers in use, by its id. */
import type { AnyEndpoint } from './http/endpoint.ts';

/** The contracts of one provider: noun, then verb. */
export type Contracts = Readonly<Record<string, Readonly<Record<string, AnyEndpoint>>>>;

export interface Catalogue {
  /** In a stable order: provider, noun, verb as declared. */
  operations: readonly AnyEndpoint[];
  operationOf(id: string): AnyEndpoint | undefined;
}

export function makeCatalogue(providers: readonly Contracts[]): Catalogue {
  const operations = providers.flatMap(Object.values<Contracts[string]>).flatMap(Object.values<AnyEndpoint>);
  const byId = new Map(operations.map((entry): [string, AnyEndpoint] => [entry.id, entry]));
  return { operations, operationOf: (id) => byId.get(id) };
}
