import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Policy } from '../../src/changes/policy.ts';
import { parseRuleSet } from '../../src/changes/rules/parse-rule-set.ts';
import { readConfig } from '../../src/config.ts';
import { variablesOf } from '../../src/environment-variables.ts';
import { providers } from '../../src/providers/index.ts';
import { Faults } from '../../src/sandbox/faults.ts';
import { operations, sandboxProviders } from '../support/providers.ts';
import { codeBlocks, read } from './pages.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'docs-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

/** The JSON examples of a page that are configurations of this server, not of a client. */
function configurations(page: string): Record<string, unknown>[] {
  return codeBlocks(page, 'json')
    .map((text) => JSON.parse(text) as Record<string, unknown>)
    .filter((one) => 'connections' in one && !('client' in one));
}

/** Reads an example as the server would, with files and variables that hold some secret. */
function config(example: Record<string, unknown>) {
  const secret = join(dir, 'secret');
  writeFileSync(secret, 'a-secret-of-the-example');
  const path = join(dir, 'config.json');
  writeFileSync(path, JSON.stringify(example).replaceAll(/"\/run\/secrets\/[^"]+"/g, JSON.stringify(secret)));
  const names = [...JSON.stringify(example).matchAll(/"env":"(\w+)"/g)].map((match) => match[1] ?? '');
  return readConfig({ config: path }, Object.fromEntries(names.map((name) => [name, 'a-secret-of-the-example'])));
}

describe('examples in the documents', () => {
  it('the configuration examples of README.md and docs/configuration.md are accepted', () => {
    const examples = ['README.md', 'docs/configuration.md'].map((page) => configurations(page).map(config));
    expect(examples.map((of) => of.map(({ connections }) => connections.map(({ name }) => name)))).toEqual([
      [['verizon']],
      [['thingpark-eu', 'verizon', 'iotx']],
    ]);
  });

  it('the policy examples of docs/policy.md are accepted', () => {
    const examples = codeBlocks('docs/policy.md', 'yaml').map((source) => parseRuleSet(source, operations));
    expect(examples.map(({ freezes, rules, budgets }) => [freezes.length, rules.length, budgets.length])).toEqual([
      [1, 4, 2],
      [0, 1, 3],
    ]);
  });
});

describe('lists in the documents', () => {
  /** The names that a page does not show as code. */
  const missing = (page: string, names: readonly string[]): string[] => {
    const text = read(page);
    return names.filter((name) => !text.includes(`\`${name}\``));
  };

  it('docs/configuration.md names every environment variable', () => {
    expect(missing('docs/configuration.md', variablesOf(providers))).toEqual([]);
  });

  it('docs/configuration.md shows every approval setting with its default', () => {
    const text = read('docs/configuration.md');
    const rows = Object.entries(Policy.parse({})).map(([name, value]) => ({
      name,
      cell: typeof value === 'number' ? `| ${value} |` : `| \`${value}\` |`,
    }));
    expect(rows.filter(({ name, cell }) => !text.includes(`| \`${name}\` ${cell}`))).toEqual([]);
  });

  it('docs/sandbox.md describes every fault', () => {
    expect(missing('docs/sandbox.md', new Faults(sandboxProviders).kinds)).toEqual([]);
  });
});
