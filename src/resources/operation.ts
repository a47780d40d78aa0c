import { operationDefinition } from '../clients/operation-definition.ts';
import type { Resource } from './define.ts';

export const operationResource: Resource = {
  name: 'operation',
  title: 'A provider operation',
  description: 'One operation of the catalogue: route, effects, certainty, input schema, example.',
  uri: 'iot://operations/{operation}',
  sameAs: { name: 'search_operations', toolset: 'operations' },
  async read({ operation }, { catalogue }) {
    const entry = catalogue.operationOf(operation ?? '');
    return entry && operationDefinition(entry);
  },
  complete: {
    operation: async (typed, { catalogue }) => catalogue.operations.map((entry) => entry.id as string).filter((id) => id.startsWith(typed)),
  },
};
