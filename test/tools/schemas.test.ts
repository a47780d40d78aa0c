/** The schemas that clients see use only what every client can convert for a model. */
import { expect, test } from 'vitest';
import { z } from 'zod';

import { jsonSchema, toolListing } from '../../src/tools/tool-listing.ts';
import { tools } from '../support/providers.ts';

type Schema = Record<string, unknown>;

const types = ['object', 'string', 'number', 'integer', 'boolean', 'array'];
const keywords = [
  'type',
  'properties',
  'items',
  'enum',
  'required',
  'description',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'default',
  'pattern',
  'additionalProperties',
];
/** Properties whose name says what they are; every other one is described, or has an enum, a number range or a default. */
const plainNames =
  /^(name|connection|provider|title|message|query|cursor|limit|sort|count|raw|status|operation|account|toAccount|group|add|remove|rename|description|model|port|confirmed|latitude|longitude|email|url|personal|sims|subscribers|devices|servicePlan|connectivityPlan|product|change|key|value|nickname|text|to|from|firstName|lastName|iccid|device|gateway|order|offer|offers|effects|fields|networkContext|plan|tag|type|state|severity|amount|networkServerId|since|class|activation|megabytes)$/;

/** Where a schema goes beyond the subset: the path and what is wrong there. */
function faults(schema: unknown, path: string, io: 'input' | 'output'): string[] {
  if (schema === null || typeof schema !== 'object') return [`${path}: is not a schema`];
  const node = schema as Schema;
  const found: string[] = [];
  for (const key of Object.keys(node)) if (!keywords.includes(key)) found.push(`${path}: ${key}`);
  if (!types.includes(String(node['type']))) found.push(`${path}: has no type`);
  if (node['additionalProperties'] !== undefined && node['additionalProperties'] !== false)
    found.push(`${path}: open additionalProperties`);
  if (String(node['pattern'] ?? '').length > 60) found.push(`${path}: pattern of ${String(node['pattern']).length} characters`);
  if (node['type'] === 'array' && node['items'] === undefined) found.push(`${path}: array without items`);
  if (node['items'] !== undefined) found.push(...faults(node['items'], `${path}[]`, io));
  for (const [name, member] of Object.entries((node['properties'] ?? {}) as Record<string, Schema>)) {
    const says = member['description'] ?? member['enum'] ?? member['minimum'] ?? member['maximum'] ?? member['default'];
    if (io === 'input' && says === undefined && !plainNames.test(name)) found.push(`${path}.${name}: has no description`);
    found.push(...faults(member, `${path}.${name}`, io));
  }
  return found;
}

test.each(tools.map((tool) => [tool.name, tool] as const))(
  'the input and output schemas of %s stay within the subset that clients convert',
  (name, tool) => {
    const { inputSchema, outputSchema } = toolListing(tool);
    expect([...faults(inputSchema, `${name} input`, 'input'), ...faults(outputSchema, `${name} output`, 'output')]).toEqual([]);
  },
);

test('jsonSchema leaves out or rewrites what some clients refuse, and keeps the meaning where it can', () => {
  const made = jsonSchema(
    z.strictObject({
      fixed: z.literal('FF'),
      above: z.number().positive(),
      map: z.record(z.string(), z.string()),
      any: z.unknown().describe('a body'),
      long: z.string().regex(/^(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)$/),
      either: z.union([z.string(), z.number()]).describe('words'),
    }),
    'input',
  );
  expect(made).toEqual({
    type: 'object',
    properties: {
      fixed: { type: 'string', enum: ['FF'] },
      above: { type: 'number', minimum: 0 },
      map: { type: 'object' },
      any: { type: 'object', description: 'a body' },
      long: { type: 'string' },
      either: { type: 'string', description: 'words' },
    },
    required: ['fixed', 'above', 'map', 'any', 'long', 'either'],
    additionalProperties: false,
  });
  expect(faults({ type: 'object', properties: { a: { const: 1 }, b: { type: 'object', propertyNames: {} } } }, 't', 'input')).toEqual([
    't.a: has no description',
    't.a: const',
    't.a: has no type',
    't.b: has no description',
    't.b: propertyNames',
  ]);
});
