/** The catalogue as tools see it: found by words, run by id. */
import { z } from 'zod';
import type { Catalogue } from '../../clients/catalogue.ts';
import { type AnyEndpoint, type AnyInput, isRead, providerOf } from '../../clients/http/endpoint.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { nearest } from '../../vocabulary.ts';

/** Words that say nothing about an operation. */
const idle = new Set([
  'the',
  'and',
  'for',
  'with',
  'how',
  'what',
  'which',
  'does',
  'can',
  'all',
  'one',
  'from',
  'into',
  'that',
  'this',
  'its',
  'you',
  'want',
]);

/** Operations whose id, help or path hold the words of a query, best first; those that fit much worse than the best are left out. */
export function search(
  operations: readonly AnyEndpoint[],
  query: string | undefined,
  filter: { provider?: string | undefined; effects?: readonly string[] | undefined },
): AnyEndpoint[] {
  const words = wordsOf(query ?? '')
    .filter((word) => word.length > 2 && !idle.has(word))
    .map(stem);
  const fitting = operations.filter(
    (entry) => (!filter.provider || providerOf(entry) === filter.provider) && effectsFit(entry, filter.effects),
  );
  if (words.length === 0) return fitting;
  const scored = fitting.map((entry, order) => {
    const [id, text] = [wordsOf(entry.id.replace(/([a-z])([A-Z])/g, '$1 $2')), wordsOf(`${entry.help} ${entry.route}`)];
    const holds = (those: string[], word: string): boolean => those.some((other) => other.startsWith(word));
    const score = words.reduce((sum, word) => sum + (holds(id, word) ? 3 : 0) + (holds(text, word) ? 1 : 0), 0);
    return { entry, order, score };
  });
  const best = Math.max(0, ...scored.map(({ score }) => score));
  return scored
    .filter(({ score }) => score > 0 && score >= best * worstShare)
    .sort((a, b) => b.score - a.score || a.order - b.order)
    .map(({ entry }) => entry);
}

const worstShare = 0.34;

function wordsOf(text: string): string[] {
  return text.toLowerCase().split(/[^a-z0-9]+/);
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
export function entryOf({ operationOf, operations }: Catalogue, id: string): AnyEndpoint {
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
