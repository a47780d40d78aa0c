/** Operation definitions: what a caller needs to run an operation, with its input as JSON Schema. */
import { z } from 'zod';
import { type AnyEndpoint, isRead, pathOf } from './http/endpoint.ts';
import { schemaOf } from './http/schema-of.ts';

/** Effects as a comma-separated list; `read` when an operation has none. */
export function effectsText(entry: AnyEndpoint): string {
  return isRead(entry) ? 'read' : entry.effects.join(', ');
}

/** The definition of an operation: route, effects, certainty, doubts, input schema and example. */
export function operationDefinition(entry: AnyEndpoint) {
  return {
    operation: entry.id,
    route: entry.route,
    effects: effectsText(entry),
    sure: entry.sure,
    source: entry.source,
    help: entry.help,
    ...(entry.doubts ? { doubts: entry.doubts } : {}),
    inputSchema: inputSchemaOf(entry),
    example: entry.example,
  };
}

/** JSON Schema of an operation's input: `path`, `query` and `body`, each only if the operation has one. */
export function inputSchemaOf(entry: AnyEndpoint): Record<string, unknown> {
  const names = [...pathOf(entry).matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
  const part = (name: 'query' | 'body'): [string, unknown][] => {
    const schema = schemaOf(entry, name);
    if (!schema) return [];
    const { $schema: _, ...shape } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>;
    return [[name, shape]];
  };
  const properties = Object.fromEntries([
    ...(names.length > 0
      ? [
          [
            'path',
            {
              type: 'object',
              properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
              required: names,
              additionalProperties: false,
            },
          ],
        ]
      : []),
    ...part('query'),
    ...part('body'),
  ]) as Record<string, unknown>;
  const required = ['path', 'body'].filter((name) => name in properties);
  return { type: 'object', properties, ...(required.length > 0 ? { required } : {}), additionalProperties: false };
}
