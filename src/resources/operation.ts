import { operationCard } from '../clients/card.ts';
import { operationOf, operations } from '../clients/index.ts';
import type { Resource } from './define.ts';

export const operationResource: Resource = {
  name: 'operation',
  title: 'A provider operation',
  description: 'One operation of the catalogue: route, effects, certainty, input schema, example.',
  uri: 'iot://operations/{operation}',
  async read({ operation }) {
    const entry = operationOf(operation ?? '');
    return entry && operationCard(entry);
  },
  complete: { operation: async (typed) => operations.map((entry) => entry.id as string).filter((id) => id.startsWith(typed)) },
};
