/** The catalogue as tools see it: found by words, run by id. */
import { z } from 'zod';
import { type AnyEndpoint, type AnyInput, isRead, providerOf } from '../../clients/http/endpoint.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { operationOf, operations } from '../../clients/index.ts';
import { nearest } from '../../vocabulary.ts';

/** Operations whose id, help or path hold the words of a query, best first. */
export function search(
  query: string | undefined,
  filter: { provider?: string | undefined; effects?: readonly string[] | undefined },
): AnyEndpoint[] {
  const words = (query ?? '')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 1);
  const scored = operations
    .filter((entry) => (!filter.provider || providerOf(entry) === filter.provider) && effectsFit(entry, filter.effects))
    .map((entry, order) => {
      const id = entry.id.toLowerCase();
      const text = `${entry.help} ${entry.route}`.toLowerCase();
      const score = words.reduce((sum, word) => sum + (id.includes(stem(word)) ? 3 : 0) + (text.includes(stem(word)) ? 1 : 0), 0);
      return { entry, order, score };
    });
  return scored
    .filter(({ score }) => words.length === 0 || score > 0)
    .sort((a, b) => b.score - a.score || a.order - b.order)
    .map(({ entry }) => entry);
}

function effectsFit(entry: AnyEndpoint, wanted: readonly string[] | undefined): boolean {
  if (!wanted || wanted.length === 0) return true;
  if (wanted.includes('read') && isRead(entry)) return true;
  return entry.effects.some((effect) => wanted.includes(effect));
}

function stem(word: string): string {
  return word.length > 4 ? word.replace(/(ies|es|s|ing|ed)$/, '') : word;
}

/** One operation by its id; a Refusal that names the nearest. */
export function entryOf(id: string): AnyEndpoint {
  const entry = operationOf(id);
  if (entry) return entry;
  const near = nearest(
    id,
    operations.map((one) => one.id),
  );
  throw new Refusal(
    `operation: there is no "${id.slice(0, 60)}"${near ? `, nearest is ${near}` : ''}`,
    'search_operations finds the right one.',
    'operation',
  );
}

/** An input as a tool takes it. */
export const OperationInput = z.strictObject({
  path: z.record(z.string(), z.string()).optional(),
  query: z.record(z.string(), z.unknown()).optional(),
  body: z.unknown().optional(),
});

/** Only the members that are there. */
export function anyInput(input: z.output<typeof OperationInput>): AnyInput {
  return {
    ...(input.path ? { path: input.path } : {}),
    ...(input.query ? { query: input.query } : {}),
    ...(input.body === undefined ? {} : { body: input.body }),
  };
}
