/** Functions and files stay small enough to be read at once. What is longer is listed with its reason. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

const longestFunction = 120;
const longestFile = 400;

/** Functions of src/ that are longer, each with its reason. A factory counts with the functions inside it. */
const longFunctions: Record<string, string> = {};

/** Files that are longer, each with its reason. */
const longFiles: Record<string, string> = {
  'test/clients/thingspace/pins.ts': 'data: one example of each request as it goes over the wire',
  'test/e2e/faults.test.ts': 'its last test checks that the tests before it cover every fault',
  'test/e2e/gate-hostile-client.test.ts': 'one list of attacks on the gate, with shared attackers',
  'test/sandbox/thingspace/operations.test.ts': 'one table of operations and expected answers',
  'test/web/console.test.ts': 'stories of one console that share its driver',
};

interface Unit {
  name: string;
  lines: number;
}

const sources = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`);

const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');
const lineCount = (text: string): number => text.split('\n').length - (text.endsWith('\n') ? 1 : 0);

/** The functions of a source text with their lines. A function without a name has that of what it is assigned to. */
function functionsIn(file: string, text: string): Unit[] {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const found: Unit[] = [];
  const visit = (value: unknown, name: string): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, name);
    if (!isNode(value)) return;
    const own = nameOf(value) ?? name;
    if (/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(value.type))
      found.push({ name: `${file} ${own}`, lines: lineCount(text.slice(value.start, value.end)) });
    for (const member of Object.values(value)) visit(member, own);
  };
  visit(program, '(anonymous)');
  return found;
}

type Node = { type: string; start: number; end: number };

function isNode(value: unknown): value is Node {
  return value !== null && typeof value === 'object' && 'type' in value && 'start' in value && 'end' in value;
}

/** The name that a declaration, a member or a variable gives to a function. */
function nameOf(node: Node): string | undefined {
  const named = 'id' in node ? node.id : 'key' in node ? node.key : undefined;
  return named !== null && typeof named === 'object' && 'name' in named && typeof named.name === 'string' ? named.name : undefined;
}

/** What is above the limit and not listed, and what is listed and not above the limit. */
function deviations(units: readonly Unit[], limit: number, listed: Record<string, string>): string[] {
  const above = units.filter(({ lines }) => lines > limit);
  return [
    ...above.filter(({ name }) => !(name in listed)).map(({ name, lines }) => `${name} has ${lines} lines, the limit is ${limit}`),
    ...Object.keys(listed)
      .filter((name) => !above.some((unit) => unit.name === name))
      .map((name) => `${name} is listed as an exception and is none`),
  ];
}

describe('code size', () => {
  it('no function in src has more than 120 lines, except the listed ones', () => {
    const units = sources('src').flatMap((file) => functionsIn(file, textOf(file)));
    expect(deviations(units, longestFunction, longFunctions)).toEqual([]);
  });

  it('no file in src or test has more than 400 lines, except the listed ones', () => {
    const units = [...sources('src'), ...sources('test')].map((name) => ({ name, lines: lineCount(textOf(name)) }));
    expect(deviations(units, longestFile, longFiles)).toEqual([]);
  });

  it('counts the lines of declared, assigned, returned and nested functions', () => {
    const text = [
      'export function outer<T extends object>(value: T): () => void {',
      "  const text = '}';",
      '  return () => {',
      '    void [value, text];',
      '  };',
      '}',
      'export const assigned = async <T,>(value: T): Promise<T> => {',
      '  return value;',
      '};',
      'export const object = { method(): void {} };',
    ].join('\n');
    expect(functionsIn('a.ts', text)).toEqual([
      { name: 'a.ts outer', lines: 6 },
      { name: 'a.ts outer', lines: 3 },
      { name: 'a.ts assigned', lines: 3 },
      { name: 'a.ts method', lines: 1 },
    ]);
  });

  it('reports an unlisted long unit and an exception that is no longer needed', () => {
    const units = [
      { name: 'a', lines: 121 },
      { name: 'b', lines: 120 },
      { name: 'c', lines: 300 },
    ];
    expect(deviations(units, 120, { b: 'was long', c: 'is long' })).toEqual([
      'a has 121 lines, the limit is 120',
      'b is listed as an exception and is none',
    ]);
  });
});
