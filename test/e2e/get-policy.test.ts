import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { parseRuleSet } from '../../src/changes/rules/parse-rule-set.ts';
import { operations } from '../support/providers.ts';
import { startTestServer, type TestServerOptions, yes } from '../support/test-server.ts';

const parse = (source: string) => parseRuleSet(source, operations);

const ask = { transport: 'stdio', era: 'auto', person: yes } as const;
const tank = '89148000000077000037';

const rules = `
zone: Europe/Paris
freeze:
  - { name: audit, from: 2026-11-01T00:00, to: 2026-11-02T00:00 }
  - { name: year end, from: 2026-12-20T00:00, to: 2027-01-03T06:00 }
rules:
  - { name: gates, when: { connection: sandbox-thingspace, targets: { names: gate-* } }, then: approve 2 }
budgets:
  - { name: a busy hour, per: hour, each: caller, changes: 60, then: approve }
  - { name: messages, per: day, each: connection, when: { connection: sandbox-thingspace }, sms: 20, then: deny }
`;

async function policy(options: TestServerOptions = {}) {
  const { connectClient, clock } = await startTestServer(options);
  const { call, client } = await connectClient(ask);
  return { call, client, clock, read: async () => (await call('get_policy')).structured };
}

describe('get_policy', () => {
  it('get_policy without a policy file describes the built-in default and the lack of approvers', async () => {
    const { call } = await policy();
    const { structured, text } = await call('get_policy');
    expect(structured).toEqual({
      version: 'built-in',
      zone: 'UTC',
      rules: [],
      default: [
        'reads: allow',
        'changes: ask',
        'destructive changes, and those that grant access: approve',
        'more than 10 targets: approve',
        'more than 5 % of the connection when more than 3 targets: approve',
      ],
      budgets: [
        { budget: 'changes per caller and hour', limit: '100 changes an hour, each caller; beyond that approve', used: 0 },
        { budget: 'changes per caller and day', limit: '500 changes a day, each caller; beyond that approve', used: 0 },
        {
          budget: 'SMS per connection and hour',
          limit: '200 SMS an hour, each connection; beyond that approve',
          used: { 'sandbox-thingpark': 0, 'sandbox-thingspace': 0, 'sandbox-iotx': 0 },
        },
      ],
      approvers: 0,
      approval: expect.stringContaining('but none is configured, so it is refused'),
    });
    expect(text.split('\n').slice(0, 3)).toEqual([
      'policy built-in, zone UTC',
      'reads: allow; changes: ask; destructive changes, and those that grant access: approve; more than 10 targets: approve; more than 5 % of the connection when more than 3 targets: approve',
      'budget "changes per caller and hour": 100 changes an hour, each caller; beyond that approve; used 0',
    ]);
  });

  it('get_policy describes the rules of the file, the next freeze and who approves', async () => {
    const { call } = await policy({ rules, approvers: ['maria'] });
    const { structured, text } = await call('get_policy');
    expect(structured).toMatchObject({
      version: expect.stringMatching(/^[0-9a-f]{12}$/),
      zone: 'Europe/Paris',
      freeze: { name: 'year end', from: '2026-12-19T23:00:00Z', to: '2027-01-03T05:00:00Z', now: false },
      rules: [{ rule: 'gates', verdict: 'approve 2', when: 'on sandbox-thingspace; named gate-*' }],
      approvers: 1,
      approval: expect.stringContaining('no answer from inside the chat counts'),
    });
    expect(text).toContain(
      '\nfreeze "year end" from 2026-12-19T23:00:00Z until 2027-01-03T05:00:00Z\n1. gates: approve 2, on sandbox-thingspace; named gate-*\nelse reads: allow; ',
    );
  });

  it('get_policy counts the budget use of this caller and connection within the current period', async () => {
    const { call, clock, read } = await policy({ rules });
    const used = async () => (await read()).budgets.map((budget: { used: unknown }) => budget.used);
    await call('send_sms', { sims: [{ iccid: tank }], message: 'PING' });
    expect(await used()).toEqual([1, { 'sandbox-thingspace': 1 }]);
    clock.advance(3_600_000);
    expect(await used()).toEqual([0, { 'sandbox-thingspace': 1 }]);
  });

  it('get_policy reports an active freeze', async () => {
    const { call } = await policy({ rules: 'freeze: [{ name: now, from: 2026-11-22T08:00, to: 2026-11-22T09:00 }]' });
    const { structured, text } = await call('get_policy');
    expect(structured.freeze).toEqual({ name: 'now', from: '2026-11-22T08:00:00Z', to: '2026-11-22T09:00:00Z', now: true });
    expect(text).toContain('freeze "now" NOW, nothing changes until 2026-11-22T09:00:00Z');
    const refused = await call('suspend_sim', { sims: [{ iccid: tank }] });
    expect(refused.structured.change).toMatchObject({ status: 'refused', policy: { rule: 'freeze: now' } });
  });

  it('get_policy reports an invalid policy file without its path or content', async () => {
    const { call } = await policy({ rules: 'rules: [{ name: secret plan, then: never }]' });
    const { structured, text } = await call('get_policy');
    expect(structured).toMatchObject({ version: 'unreadable', problem: expect.stringContaining('every change is denied') });
    expect(text).not.toMatch(/secret plan|policy\.yaml/);
  });

  it('get_policy shows at most 40 rules', async () => {
    const many = Array.from({ length: 300 }, (_, i) => `  - { name: rule ${i}, when: { caller: c${i} }, then: deny }`).join('\n');
    const { structured, text } = await (await policy({ rules: `rules:\n${many}` })).call('get_policy');
    expect(structured.rules).toHaveLength(40);
    expect(structured.leftOut).toBe(260);
    expect(text).toContain('\n260 more are not shown\n');
  });

  it('the resource iot://policy has the same content as get_policy', async () => {
    const { client, call, read } = await policy({ rules });
    await call('suspend_sim', { sims: [{ iccid: tank }] });
    const { contents } = await client.readResource({ uri: 'iot://policy' });
    const first = contents[0];
    expect(JSON.parse(first && 'text' in first ? first.text : '')).toEqual(await read());
  });
});

it('the policy example in docs/policy.md is valid', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/policy.md'), 'utf8');
  const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const { freezes, rules: shown, budgets } = parse(example);
  expect([freezes.length, shown.length, budgets.length].every((count) => count > 0)).toBe(true);
});
