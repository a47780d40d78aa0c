import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

import { evaluateRules } from '../../../src/changes/rules/evaluate-rules.ts';
import { loadRules } from '../../../src/changes/rules/load-rules.ts';
import { policyFile } from '../../../src/changes/rules/policy-file.ts';
import { builtInRuleSet } from '../../../src/changes/rules/rule-set.ts';
import { operations } from '../../support/providers.ts';

function file(text?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'policy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'policy.yaml');
  if (text !== undefined) writeFileSync(path, text);
  return path;
}

const rule = (name: string): string => `rules: [{ name: ${name}, then: deny }]`;

describe('policyFile', () => {
  it('loadRules without a policy file returns the built-in rules', async () => {
    expect((await loadRules(undefined, operations))()).toBe(builtInRuleSet);
  });

  it('policyFile parses an unchanged file only once', () => {
    const current = policyFile(file(rule('a')), operations);
    expect(current().rules[0]?.name).toBe('a');
    expect(current()).toBe(current());
  });

  it('policyFile reads the file again after it was overwritten or replaced, even with the same length and time', () => {
    const path = file(rule('a'));
    utimesSync(path, 1, 1);
    const current = policyFile(path, operations);
    expect(current().rules[0]?.name).toBe('a');
    writeFileSync(path, rule('b'));
    utimesSync(path, 1, 1);
    expect(current().rules[0]?.name).toBe('b');
    writeFileSync(path, rule('longer'));
    expect(current().rules[0]?.name).toBe('longer');
    writeFileSync(`${path}.new`, rule('second'));
    utimesSync(`${path}.new`, 1, 1);
    renameSync(`${path}.new`, path);
    expect(current().rules[0]?.name).toBe('second');
  });

  it.each<[string, (path: string) => void, string]>([
    ['missing', () => undefined, 'the file does not exist'],
    ['empty', (path) => writeFileSync(path, ''), 'the file is empty'],
    ['invalid', (path) => writeFileSync(path, 'rules: [{ name: a, then: never }]'), 'line 1, rule "a": then does not allow "never"'],
    ['not text', (path) => writeFileSync(path, Buffer.from([0xff, 0x00, 0x01])), 'line 1'],
  ])('a policy file that is %s denies every change with a reason, and applies as soon as it can be read', (_, make, problem) => {
    const path = file();
    make(path);
    const current = policyFile(path, operations);
    expect(current()).toMatchObject({ version: 'unreadable', budgets: [], problem: expect.stringContaining(problem) });
    const change = {
      connection: 'a',
      provider: 'iotx',
      operation: 'iotx.products.change',
      effects: ['write'],
      caller: 'x',
      at: 0,
      targets: [{ device: '1', label: '1' }],
      total: 1,
      unattended: true,
    } as const;
    expect(evaluateRules(current(), change)).toEqual({ verdict: 'deny', rule: 'policy unreadable', version: 'unreadable' });
    writeFileSync(path, 'rules: [{ name: a, then: allow }]');
    expect(evaluateRules(current(), change)).toMatchObject({ verdict: 'allow', rule: 'a' });
    rmSync(path);
    expect(current().version).toBe('unreadable');
  });

  it('a policy file that is a directory counts as unreadable', () => {
    const path = join(file(), '..');
    expect(policyFile(path, operations)().problem).toBe('the file cannot be read (EISDIR)');
  });
});
