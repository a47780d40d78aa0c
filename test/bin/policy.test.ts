import { expect, it, test } from 'vitest';

import { runCommand, startStdioServer, temporaryFile } from './processes.ts';

const file = `
zone: Europe/Paris
freeze:
  - { name: year end, from: 2026-12-20T00:00, to: 2027-01-03T06:00 }
rules:
  - name: gates need two people
    when: { provider: thingspace, effect: [disruptive, billing], targets: { names: ["gate-*", "tank-*"] }, count: { over: 2 }, hours: "22:00-06:00" }
    then: approve 2
  - { name: spare parts, when: { connection: sandbox-thingspace, targets: { ids: 89148000000077000037 } }, then: allow }
budgets:
  - { name: a busy hour, per: hour, each: caller, when: { effect: billing }, changes: 60, then: approve }
`;
const broken = 'rules:\n  - { name: a, when: { efect: write }, then: ask }\n  - { name: a, then: alow }\n';
const clock = ['--clock', '2026-11-22T08:00:00Z', '--fleet', '24'];
const suspend = (...iccids: string[]): string => JSON.stringify({ sims: iccids.map((iccid) => ({ iccid })) });
const tank = '89148000000077000037';

test('policy check describes the policy in words', async () => {
  const { code, out, err } = await runCommand(['policy', 'check', temporaryFile(file)]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^policy [0-9a-f]{12}, hours and days in Europe\/Paris\n/);
  expect(out.split('\n').slice(1)).toEqual([
    'freezes:',
    '  year end: from 2026-12-20 00:00 to 2027-01-03 06:00 (Europe/Paris): deny',
    'rules: for each target the first match decides, the strictest target decides the change:',
    '  1. gates need two people: approve 2, where at thingspace; disruptive or billing; named gate-* or tank-*; more than 2 targets; from 22:00 to 06:00 (can only make it stricter)',
    '  2. spare parts: allow, where on sandbox-thingspace; only 89148000000077000037',
    'if no rule matches:',
    '  reads: allow',
    '  changes: ask',
    '  destructive changes, and those that grant access: approve',
    '  more than 10 targets: approve',
    '  more than 5 % of the connection when more than 3 targets: approve',
    'budgets:',
    '  a busy hour: 60 changes an hour, each caller, where billing; beyond that approve',
    '',
  ]);
});

test('policy check without a file describes the built-in default', async () => {
  const { code, out } = await runCommand(['policy', 'check']);
  expect(code).toBe(0);
  expect(out).toContain('policy built-in, hours and days in UTC\nno rules, so:\n  reads: allow\n');
  expect(out).toContain('  SMS per connection and hour: 200 SMS an hour, each connection; beyond that approve\n');
});

it.each<[string, (path: string) => { args?: string[]; env?: Record<string, string> }]>([
  ['as argument', (path) => ({ args: [path] })],
  ['by flag', (path) => ({ args: ['--policy', path] })],
  ['by environment variable', (path) => ({ env: { IOT_OPS_POLICY_FILE: path } })],
])('policy check of an invalid file given %s reports every problem and exits with 1', async (_, named) => {
  const { args = [], env = {} } = named(temporaryFile(broken));
  const { code, out, err } = await runCommand(['policy', 'check', ...args], env);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(/^iot-ops-mcp: the policy \S+ cannot be read, every change is denied:\n/);
  expect(err.split('\n').slice(1)).toEqual([
    'line 2, rule "a": when.efect is unknown, nearest is effect. Example: effect: [disruptive, destructive]',
    'line 3, rule "a": then does not allow "alow", nearest is "allow"; allowed are allow, ask, approve, approve 2, deny. Example: then: approve 2',
    'line 3, rule "a": name is used twice. Example: name: gates need two people',
    '',
  ]);
});

test('policy check of a missing file exits with 1', async () => {
  const { code, err } = await runCommand(['policy', 'check', '/nowhere.yaml']);
  expect(code).toBe(1);
  expect(err).toBe('iot-ops-mcp: the policy /nowhere.yaml cannot be read, every change is denied:\nthe file does not exist\n');
});

test('policy check warns of unknown names and unreachable rules', async () => {
  const config = temporaryFile({
    connections: [{ name: 'ix', provider: 'iotx', accessKey: 'planted-access-key' }],
    callers: { alice: 'caller-token-of-alice' },
  });
  const policy = temporaryFile(
    'rules:\n  - { name: a, when: { connection: iy, caller: [alice, alic] }, then: ask }\n  - { name: one, when: { targets: { ids: ["359000001200091"] } }, then: deny }\n  - { name: all, then: ask }\n  - { name: b, then: deny }',
  );
  const { code, err } = await runCommand(['policy', 'check', policy, '--config', config]);
  expect(code).toBe(0);
  expect(err.split('\n')).toEqual([
    'rule "a": no connection iy is configured, nearest is ix',
    'rule "a": no caller alic is configured, nearest is alice',
    'rule "one": 359000001200091 is not an ICCID, which identifies ThingSpace SIMs; it matches only if a plan shows it',
    'rule "b" is never reached: "all" before it always matches',
    '',
  ]);
});

test('policy test plans a call without sending it and prints decision, rule, count, share and every target', async () => {
  const policy = temporaryFile(file);
  const { code, out } = await runCommand([
    'policy',
    'test',
    'suspend_sim',
    suspend(tank),
    '--policy',
    policy,
    '--caller',
    'chatops',
    ...clock,
  ]);
  expect(code).toBe(0);
  expect(out.replace(/policy [0-9a-f]{12}/, 'policy <version>').split('\n')).toEqual([
    'suspend_sim runs thingspace.devices.suspend (billing, disruptive) on sandbox-thingspace, by chatops at 2026-11-22T08:00:00Z',
    '89148000000077000037 (1 SIM) on sandbox-thingspace: suspend, no traffic until restored, resumes by itself after 90 days. Billing while suspended depends on the contract, cost unknown. Undo: restore_sim.',
    'affects 1 of 24 devices (4.2 %)',
    'ALLOW: spare parts (policy <version>)',
    '  89148000000077000037 (name tank-0001; groups West tanks; plan IOTSHR250MB): allow, spare parts; matching rules: spare parts',
    'nothing was sent; budgets are not evaluated here',
    '',
  ]);
});

test('policy test --at decides for another time, and the strictest decision of all targets applies', async () => {
  const three = suspend(tank, '89148000000077000074', '89148000000077000111');
  const args = ['policy', 'test', 'suspend_sim', three, '--policy', temporaryFile(file), ...clock];
  const day = await runCommand([...args, '--at', '2026-11-22T20:59:00Z']);
  expect(day.out).toContain('affects 3 of 24 devices (12.5 %)\nASK: default: changes are asked');
  const night = await runCommand([...args, '--at', '2026-11-22T21:00:00Z']);
  expect(night.out).toContain('by local at 2026-11-22T21:00:00Z\n');
  expect(night.out).toContain('APPROVE 2: gates need two people');
  expect(night.out).toMatch(
    /89148000000077000037 .*: approve 2, gates need two people; matching rules: gates need two people, spare parts\n/,
  );
  const frozen = await runCommand([...args, '--at', '2026-12-20T00:00:00+01:00']);
  expect(frozen.out).toContain('DENY: freeze: year end');
});

it.each<[string[], RegExp]>([
  [['suspend_sims', '{}'], /there is no tool suspend_sims\. Nearest is suspend_sim\./],
  [['suspend_sim', '{'], /the input is a JSON object\. Example: '\{ "sims"/],
  [['suspend_sim', '[]'], /the input is a JSON object/],
  [['suspend_sim', '{}'], /sims/],
  [['suspend_sim', suspend(tank), '--at', 'noon'], /an ISO 8601 instant/],
  [['suspend_sim'], /missing required argument 'input'/],
])('policy test %j is refused in one line', async (args, words) => {
  const { code, out, err } = await runCommand(['policy', 'test', ...args, ...clock]);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(words);
  expect(err).not.toMatch(/\n\s+at /);
});

test('policy test of a read tool prints allow', async () => {
  expect((await runCommand(['policy', 'test', 'list_devices', '{}', ...clock])).out).toBe('list_devices is a read: allow\n');
});

test('a server with an invalid policy reports it once, serves reads and denies changes', async () => {
  const { call, output, leave } = await startStdioServer([...clock, '--policy', temporaryFile(broken)]);
  expect((await call('get_device', { device: tank })).result.isError).not.toBe(true);
  const { change } = (await call('suspend_sim', { sims: [{ iccid: tank }] })).result.structuredContent;
  expect(change).toMatchObject({ status: 'refused', reason: 'policy', policy: { rule: 'policy unreadable', version: 'unreadable' } });
  expect(await leave()).toBe(0);
  expect(output.err.trimEnd().split('\n')).toEqual([
    expect.stringMatching(
      /^the policy \S+ cannot be read, every change is denied: line 2, rule "a": when\.efect is unknown, .* \(and 2 more\); "iot-ops-mcp policy check" shows all$/,
    ),
  ]);
});
