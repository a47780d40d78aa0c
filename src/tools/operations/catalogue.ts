/** Search and lookup in the operation catalogue. */
import { z } from 'zod';
import type { Catalogue } from '../../clients/catalogue.ts';
import { type AnyEndpoint, type AnyInput, isRead, providerOf } from '../../clients/http/endpoint.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { defined } from '../../text/defined.ts';
import { nearest } from '../../vocabulary.ts';

/** Query words that are ignored. */
const stopWords = new Set([
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

/** Operations whose id, help or route contain words of the query, best match first. Results that score below a third of the best are dropped. */
export function searchCatalogue(
  operations: readonly AnyEndpoint[],
  query: string | undefined,
  filter: { provider?: string | undefined; effects?: readonly string[] | undefined },
): AnyEndpoint[] {
  const words = wordsOf(query ?? '')
    .filter((word) => word.length > 2 && !stopWords.has(word))
    .map(stem);
  const candidates = operations.filter(
    (entry) => (!filter.provider || providerOf(entry) === filter.provider) && matchesEffects(entry, filter.effects),
  );
  if (words.length === 0) return candidates;
  const scored = candidates.map((entry, order) => {
    const [id, text] = [wordsOf(entry.id.replace(/([a-z])([A-Z])/g, '$1 $2')), wordsOf(`${entry.help} ${entry.route}`)];
    const contains = (texts: string[], word: string): boolean => texts.some((other) => other.startsWith(word));
    const score = words.reduce((sum, word) => sum + (contains(id, word) ? 3 : 0) + (contains(text, word) ? 1 : 0), 0);
    return { entry, order, score };
  });
  const best = Math.max(0, ...scored.map(({ score }) => score));
  return scored
    .filter(({ score }) => score > 0 && score >= best * minShareOfBest)
    .sort((a, b) => b.score - a.score || a.order - b.order)
    .map(({ entry }) => entry);
}

const minShareOfBest = 0.34;

function wordsOf(text: string): string[] {
  return text.toLowerCase().split(/[^a-z0-9]+/);
}

function matchesEffects(entry: AnyEndpoint, effects: readonly string[] | undefined): boolean {
  if (!effects || effects.length === 0) return true;
  if (effects.includes('read') && isRead(entry)) return true;
  return entry.effects.some((effect) => effects.includes(effect));
}

function stem(word: string): string {
  return word.length > 4 ? word.replace(/(ies|es|s|ing|ed)$/, '') : word;
}

/** The operation with this id. Throws a Refusal that names the nearest id otherwise. */
export function requireOperation({ operationOf, operations }: Catalogue, id: string): AnyEndpoint {
  const entry = operationOf(id);
  if (entry) return entry;
  const near = nearest(
    id,
    operations.map((one) => one.id),
  );
  throw new Refusal(
    `operation: there is no "${id.slice(0, 60)}"${near ? `, nearest is ${near}` : ''}`,
    'Find the id with search_operations.',
    'operation',
  );
}

/** The `input` field of read_operation and change_operation. */
export const OperationInput = z.strictObject({
  path: z.record(z.string(), z.string()).optional().describe('by name'),
  query: z.record(z.string(), z.unknown()).optional().describe('by name'),
  body: z.unknown().optional().describe('request body'),
});

/** The endpoint input, without the members that are absent. */
export function toEndpointInput(input: z.output<typeof OperationInput>): AnyInput {
  return defined({
    path: input.path,
    query: input.query,
    body: input.body,
  });
}
