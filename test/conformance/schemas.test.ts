/** Portability of tool schemas: the checks of the inspector's --strict, and constructs that hosts are known to reject. */
import { expect, test } from 'vitest';

import { startTestServer } from '../support/test-server.ts';

type Schema = Record<string, unknown>;
interface Finding {
  rule: 'boolean' | 'types' | 'reference' | 'anything' | 'root';
  at: string;
}

const maps = ['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions'];
const lists = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const singles = ['items', 'contains', 'not', 'propertyNames', 'if', 'then', 'else', 'additionalProperties', 'unevaluatedProperties'];
/** Keywords where a boolean schema is common and accepted. */
const booleanKeywords = ['additionalProperties', 'unevaluatedProperties'];
const annotationKeywords = ['title', 'description', 'default', 'examples', 'deprecated', '$comment'];

const isSchema = (value: unknown): value is Schema => value !== null && typeof value === 'object' && !Array.isArray(value);

function under(node: Schema): [string, unknown][] {
  return [
    ...maps.flatMap((key) => Object.entries(isSchema(node[key]) ? node[key] : {}).map(([name, sub]): [string, unknown] => [name, sub])),
    ...lists.flatMap((key) => (Array.isArray(node[key]) ? node[key].map((sub: unknown, i): [string, unknown] => [`${key}${i}`, sub]) : [])),
    ...singles.flatMap((key): [string, unknown][] => (key in node ? [[key, node[key]]] : [])),
  ];
}

/** All constructs of a schema that some host rejects. */
function findings(root: unknown, name: string): Finding[] {
  const found: Finding[] = [];
  const walk = (node: unknown, at: string): void => {
    if (typeof node === 'boolean') {
      if (!booleanKeywords.some((key) => at.endsWith(`.${key}`))) found.push({ rule: 'boolean', at });
      return;
    }
    if (!isSchema(node)) return;
    if (Array.isArray(node['type'])) found.push({ rule: 'types', at });
    if (Object.keys(node).every((key) => annotationKeywords.includes(key))) found.push({ rule: 'anything', at });
    for (const key of ['$ref', '$dynamicRef'])
      if (node[key] !== undefined && !resolves(root, node[key])) found.push({ rule: 'reference', at });
    for (const [key, sub] of under(node)) walk(sub, `${at}.${key}`);
  };
  walk(root, name);
  const plain = isSchema(root) && root['type'] === 'object' && !lists.some((key) => key in root) && !('not' in root);
  return plain ? found : [...found, { rule: 'root', at: name }];
}

/** Whether a reference resolves to a schema of the same document. */
function resolves(root: unknown, reference: unknown): boolean {
  if (typeof reference !== 'string' || !reference.startsWith('#')) return false;
  const steps = reference
    .slice(1)
    .split('/')
    .slice(1)
    .map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'));
  return isSchema(steps.reduce<unknown>((node, step) => (isSchema(node) ? node[step] : undefined), root));
}

test.each(['auto', 'legacy'] as const)('every tool schema is portable, protocol %s', async (era) => {
  const { client } = await (await startTestServer()).connectClient({ transport: 'http', era });
  const { tools } = await client.listTools();
  expect(tools.length).toBeGreaterThan(15);
  const all = tools.flatMap((tool) => [
    ...findings(tool.inputSchema, `${tool.name}.input`),
    ...findings(tool.outputSchema, `${tool.name}.output`),
  ]);
  expect(all).toEqual([]);
  for (const { name, title, description, annotations } of tools) {
    expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    expect({ name, title, described: (description ?? '').length > 0 }).toEqual({ name, title: expect.any(String), described: true });
    expect(annotations?.readOnlyHint ?? annotations?.destructiveHint).toBeTypeOf('boolean');
  }
});

test('the schema checks detect each construct they are for', () => {
  const bad = {
    type: 'object',
    properties: {
      a: true,
      b: { type: ['string', 'null'] },
      c: { description: 'c' },
      d: { $ref: '#/$defs/none' },
      e: { $ref: 'https://example.com/e' },
      fine: { $ref: '#/$defs/there', additionalProperties: false },
    },
    $defs: { there: { type: 'string' } },
  };
  expect(findings(bad, 's').map(({ rule, at }) => `${rule} ${at}`)).toEqual([
    'boolean s.a',
    'types s.b',
    'anything s.c',
    'reference s.d',
    'reference s.e',
  ]);
  expect(findings({ anyOf: [{ type: 'object' }] }, 's')).toEqual([{ rule: 'root', at: 's' }]);
  expect(findings(undefined, 's')).toEqual([{ rule: 'root', at: 's' }]);
});
