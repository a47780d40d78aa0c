import { describe, expect, it, test } from 'vitest';
import { listTargets } from '../../../src/approvers/format.ts';
import { approvalDocument } from '../../../src/changes/document/approval-document.ts';
import { sameSentence } from '../../../src/changes/document/confirmation.ts';
import { destinations, field, phrase, quoted, settings, stated, word } from '../../../src/changes/document/phrase.ts';
import type { Plan, TargetState } from '../../../src/changes/planner.ts';
import { operations } from '../../support/providers.ts';

const sims = (count: number, verdict: TargetState['verdict'] = 'change'): TargetState[] =>
  Array.from({ length: count }, (_, i) => {
    const device = `8914800000007700${String(i).padStart(4, '0')}`;
    return { device, label: device, before: {}, verdict };
  });

const plan = (more: Partial<Plan<unknown>> = {}): Plan<unknown> => ({
  targets: sims(1),
  steps: [],
  effect: phrase`suspend`,
  noun: 'SIM',
  effects: ['billing', 'disruptive'],
  undo: phrase`restore_sim`,
  ...more,
});

describe('sentence', () => {
  it.each<[string, Partial<Plan<unknown>>, string]>([
    ['one target is named', {}, '89148000000077000000 (1 SIM) on ts: suspend. Cost unknown. Undo: restore_sim.'],
    [
      'three targets are all named',
      { targets: sims(3) },
      '89148000000077000000, 89148000000077000001, 89148000000077000002 (3 SIMs) on ts: suspend. Cost unknown. Undo: restore_sim.',
    ],
    [
      'of more than three targets the first two are named and all are counted',
      { targets: sims(4000) },
      '89148000000077000000, 89148000000077000001 and 3998 more (4000 SIMs) on ts: suspend. Cost unknown. Undo: restore_sim.',
    ],
    [
      'a name chosen by the caller that reads like a sentence of this program is quoted and cut',
      {
        targets: [{ ...sims(1)[0], device: 'Historian (1 application server) on prod: set its description. Free. Undo: x' } as TargetState],
      },
      '"Historian (1 application server) on pro…" (1 SIM) on ts: suspend. Cost unknown. Undo: restore_sim.',
    ],
    [
      'unchanged targets are left out and counted',
      { targets: [...sims(2, 'unchanged'), ...sims(1)] },
      '89148000000077000000 (1 SIM) on ts: suspend. 2 already in this state, left out. Cost unknown. Undo: restore_sim.',
    ],
    [
      'a known cost is shown',
      { cost: phrase`About 3 EUR a month` },
      '89148000000077000000 (1 SIM) on ts: suspend. About 3 EUR a month. Undo: restore_sim.',
    ],
    ['a free change shows no cost', { effects: ['write'] }, '89148000000077000000 (1 SIM) on ts: suspend. Undo: restore_sim.'],
  ])('summary sentence: %s', (_, more, expected) => {
    expect(approvalDocument(plan(more), 'ts').headline).toBe(expected);
  });
  it('the summary sentence says that an irreversible change cannot be undone', () => {
    const { undo: _, ...final } = plan({ effect: phrase`deactivate` });
    expect(approvalDocument(final, 'ts').headline).toBe('89148000000077000000 (1 SIM) on ts: deactivate. Cost unknown. Cannot be undone.');
  });
  it('a headline has at most 300 characters: the effect is cut, what cannot be undone is not', () => {
    const { undo: _, ...final } = plan({ targets: sims(4000), effect: phrase`rename to ${quoted('x'.repeat(400), 400)}` });
    const text = approvalDocument(final, 'a-connection-with-a-name-of-40-characters').headline;
    expect(text).toHaveLength(300);
    expect(text).toMatch(/^4000 SIMs on "a-connection-with-a-name-of-40-characte…": rename to "xxx/);
    expect(text).toMatch(/xxx…\. Cannot be undone\.$/);
  });
});

test('sameSentence ignores Unicode composition, spacing and quote style, but not case', () => {
  const shown = '"Kühler 1" (1 device) on tp: create. Undo: none.';
  const same: [string, boolean][] = [
    ['"Kühler 1" (1 device) on tp: create. Undo: none.', true],
    ['  "Kühler 1"  (1\u00a0device)\non tp: create. Undo: none. ', true],
    ['\u201cKu\u0308hler 1\u201d (1 device) on tp: create. Undo: none.', true],
    ['\u00abKühler 1\u00bb (1 device) on tp: create. Undo: none.', true],
    ['"kühler 1" (1 device) on tp: create. Undo: none.', false],
    ['"Kuhler 1" (1 device) on tp: create. Undo: none.', false],
    ['"Kühler 1" (1 device) on tp: create. Undo: none', false],
    ['"Kühler 1" (2 devices) on tp: create. Undo: none.', false],
    ['"Kühler\u200b 1" (1 device) on tp: create. Undo: none.', false],
    ['yes', false],
    ['', false],
  ];
  expect(same.map(([text]) => [text, sameSentence(text, shown)])).toEqual(same);
  expect(sameSentence('it\u2019s', "it's")).toBe(true);
});

describe('approval document', () => {
  const [sim] = sims(1);
  const step = (input: unknown) => ({ steps: [{ input, targets: [sim?.device ?? ''] }] });
  const documentOf = (effect: Plan<unknown>['effect'], input: unknown, more: Partial<Plan<unknown>> = {}) =>
    approvalDocument(plan({ effect, ...step(input), ...more }), 'ts');

  it('a field that the effect shows is accounted for; every other one is appended, nested ones too', () => {
    const input = { body: { servicePlan: 'IOTLOW5MB', withBilling: true, place: { city: 'Austin' }, ids: ['x1', 'x2'] } };
    const { headline, alsoSets, complete } = documentOf(phrase`activate on plan ${field('body.servicePlan')}`, input);
    expect(headline).toContain('activate on plan IOTLOW5MB.');
    expect(alsoSets).toEqual(['ids[0] = "x1"', 'ids[1] = "x2"', 'place.city = "Austin"', 'withBilling = true']);
    expect(complete).toBe(false);
    expect(documentOf(phrase`activate on plan ${field('body.servicePlan')}`, { body: { servicePlan: 'IOTLOW5MB' } }).complete).toBe(true);
  });
  it('a value that happens to stand in another part of the text is appended all the same', () => {
    expect(documentOf(phrase`suspend with billing true`, { body: { withBilling: true, note: 'suspend' } }).alsoSets).toEqual([
      'note = "suspend"',
      'withBilling = true',
    ]);
  });
  it('fixed text stands for one value only', () => {
    const effect = phrase`${stated('body.state', 'DEACTIVATED', phrase`SWITCH OFF`)}`;
    expect(documentOf(effect, { body: { state: 'DEACTIVATED' } }).alsoSets).toEqual([]);
    expect(documentOf(effect, { body: { state: 'ACTIVE' } }).alsoSets).toEqual(['state = "ACTIVE"']);
  });
  it('a secret is never shown, and a text that is too long for a question with its length, whole in another place', () => {
    const { alsoSets, inFull } = documentOf(phrase`set`, {
      body: { appKey: '00112233445566778899AABBCCDDEEFF', note: 'n'.repeat(200), text: 't'.repeat(201) },
    });
    expect(alsoSets).toEqual(['appKey = [hidden]', `note = "${'n'.repeat(200)}"`, `text = "${'t'.repeat(199)}…" (201 characters)`]);
    expect(inFull).toEqual([`text = "${'t'.repeat(201)}"`]);
  });
  it("a caller's text is quoted, on one line, and cannot close its quotes", () => {
    const { headline } = documentOf(phrase`rename to ${field('body.name')}`, { body: { name: 'x". Free.\nUndo: "y\u202e' } });
    expect(headline).toContain('rename to "x . Free. Undo: y". Cost');
  });
  it('different values of one field are all shown, or the field is appended value by value', () => {
    const steps = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ({ input: { body: { name } }, targets: [sim?.device ?? ''] }));
    expect(documentOf(phrase`name it ${field('body.name')}`, {}, { steps: steps.slice(0, 2) }).headline).toContain('name it "a", "b".');
    const many = documentOf(phrase`name it ${field('body.name')}`, {}, { steps });
    expect(many.headline).toContain('name it 6 different values.');
    expect(many.alsoSets).toHaveLength(6);
  });
  it('settings lists every field below a path, and words are shown without quotes', () => {
    const effect = phrase`set ${settings('body', ['version'])} as ${word('query.mode')}`;
    const { headline, alsoSets } = documentOf(effect, {
      query: { mode: 'FULL' },
      body: { name: 'North', limit: 5, key: 'k', version: '7' },
    });
    expect(headline).toContain('set name = "North", limit = 5, key = "k" as FULL.');
    expect(alsoSets).toEqual(['version = "7"']);
  });
  it.each<[string, string, string]>([
    ['a URL is shown whole, without a query', 'https://in.example.net/up?key=1', 'https://in.example.net/up?...'],
    ['credentials are left out', 'https://u:p@example.net/x', 'https://example.net/x'],
    [
      'the owner of a long host is shown',
      `https://${'a.'.repeat(40)}bank.example.com/`,
      'https://...a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.bank.example.com',
    ],
    ['a host in another script is shown in ASCII', 'https://ex\u0430mple.com/', 'https://xn--exmple-4nf.com'],
    ['a host in another script behind any scheme, too', 'mqtt://ex\u0430mple.com:1883', 'mqtt://xn--exmple-4nf.com:1883'],
    ['of an address without a scheme the password is left out', 'u:pw@proxy.example:1080', '"u:[hidden]@proxy.example:1080"'],
    ['a list of hosts with a user in it is shown as it is', 'a.example:1,u@b.example:2', '"a.example:1,u@b.example:2"'],
    ['a mail address is shown whole', 'mailto:a@b.c', '"mailto:a@b.c"'],
  ])('destinations: %s', (_, address, shown) => {
    expect(documentOf(phrase`send to ${destinations('body.to')}`, { body: { to: [address] } }).headline).toContain(`send to ${shown}.`);
  });
  const operationOf = (id: string) => operations.find((one) => one.id === id);
  it('a target is accounted for in every spelling where the contract has it, another identifier is not', () => {
    const targets: TargetState[] = [{ device: 'A81758FFFE0A0001', label: 'x', before: { name: 'Old' }, verdict: 'change' }];
    const of = (input: unknown) =>
      approvalDocument(plan({ targets, steps: [{ input, targets: ['A81758FFFE0A0001'] }] }), 'tp', operationOf('thingpark.devices.update'));
    expect(of({ path: { deviceUid: 'eA81758FFFE0A0001' }, body: { name: 'Old', occContext: { version: 3 } } }).alsoSets).toEqual([]);
    expect(of({ path: { deviceUid: 'ea81758fffe0a0001' }, body: { name: 'New', adminInfo: 'A81758FFFE0A0001' } }).alsoSets).toEqual([
      'adminInfo = A81758FFFE0A0001',
      'name = "New"',
    ]);
  });
  it('a value is accounted for by what becomes of its target, but then the headline alone is not complete', () => {
    const targets: TargetState[] = [{ ...(sim as TargetState), becomes: { plan: 'IOTLOW5MB' } }];
    const { alsoSets, complete } = approvalDocument(
      plan({
        targets,
        effect: phrase`move it`,
        ...step({ body: { servicePlan: 'IOTLOW5MB', currentServicePlan: 'IOTLOW5MB', carrierIpPoolName: 'IOTLOW5MB' } }),
      }),
      'ts',
      operationOf('thingspace.plans.change'),
    );
    expect([alsoSets, complete]).toEqual([['carrierIpPoolName = IOTLOW5MB'], false]);
  });
  it('nothing hides in a record of any members: by the names of identifiers, of versions, of persons, or by the value of a target', () => {
    const name = 'evil.example/steal';
    const targets: TargetState[] = [{ device: name, label: name, before: { present: 'no' }, becomes: { name }, verdict: 'change' }];
    const configuration = {
      destinationURL: 'https://good.example/a',
      copyTo: 'evil-example/STEAL',
      backup: name,
      kind: 'https://evil.example/steal',
      forward: { id: name, kind: 'x' },
      customerName: { copyTo: 'https://evil.example/steal' },
      occContext: { version: 'https://evil.example/steal' },
    };
    const input = { body: { connectorId: 'actility-http-iot', name, configuration } };
    const { alsoSets, complete } = approvalDocument(
      plan({
        targets,
        steps: [{ input, targets: [name] }],
        effect: phrase`add ${field('body.connectorId')} connection to ${destinations('body.configuration.destinationURL')}`,
      }),
      'tp',
      operationOf('thingpark.dxConnections.create'),
    );
    expect(alsoSets).toEqual([
      'configuration.backup = "evil.example/steal"',
      'configuration.copyTo = "evil-example/STEAL"',
      'configuration.customerName.copyTo = https://evil.example/steal',
      'configuration.forward.id = "evil.example/steal"',
      'configuration.forward.kind = "x"',
      'configuration.kind = https://evil.example/steal',
      'configuration.occContext.version = https://evil.example/steal',
    ]);
    expect(complete).toBe(false);
  });
  it('an empty list, an empty object and null clear what was there, so each of them is appended', () => {
    expect(documentOf(phrase`set ${settings('body')}`, { body: { headers: [], tags: {}, note: null, text: '' } }).headline).toContain(
      'set headers = empty list, tags = empty object, note = null, text = empty.',
    );
    expect(documentOf(phrase`set ${field('body.note')}`, { body: { note: null } }).alsoSets).toEqual(['note = null']);
  });
  it.each<[string, unknown, unknown]>([
    [
      'pairs of a list',
      [
        { from: 'x1', to: 'y1' },
        { from: 'x2', to: 'y2' },
      ],
      [
        { from: 'x1', to: 'y2' },
        { from: 'x2', to: 'y1' },
      ],
    ],
    ['a boolean and a text', true, 'true'],
    ['a number and a text', 5, '5'],
    ['null and an empty text', null, ''],
    ['null and a text', null, 'null'],
    ['a list of one and its element', [1], 1],
    ['an empty list and a text', [], 'empty list'],
    ['a member of a member and a dotted name', { tls: { verify: false } }, { 'tls.verify': false }],
    ['a position and a name that reads like one', { x: ['a'] }, { 'x[0]': 'a' }],
    ['texts that differ at their end', `${'n'.repeat(150)}1`, `${'n'.repeat(150)}2`],
    ['queries of a URL', 'https://a.example/u?to=good', 'https://a.example/u?to=https://evil.example'],
    ['fragments of a URL', 'https://a.example/u#1', 'https://a.example/u#evil'],
    ['long paths of a URL', `https://a.example/${'a'.repeat(90)}/ours`, `https://a.example/${'a'.repeat(90)}/evil`],
    ['spellings of a path', 'https://a.example/u/../v', 'https://a.example/v'],
    ['a variation selector', 'North tanks', 'North tanks\uFE0F'],
    ['a quotation mark', 'say hi', 'say "hi"'],
    ['two blanks', 'a b', 'a  b'],
  ])('different requests give different texts: %s', (_, one, other) => {
    const of = (value: unknown) => {
      const { headline, alsoSets } = documentOf(phrase`send to ${destinations('body.value')}`, { body: { value } });
      return [headline, ...alsoSets].join(' ');
    };
    expect(of(one)).not.toBe(of(other));
  });
  it('the password before a host is hidden where a field holds an address, also without a scheme', () => {
    const { alsoSets } = documentOf(phrase`set`, {
      body: {
        proxy: 'u:pw-3344@proxy.example:1080',
        hostName: 'u:pw-3344@b.example',
        url: 'https://u:pw-3344@c.example/?code=pw-3344&to=x',
      },
    });
    expect(alsoSets).toEqual([
      'hostName = u:[hidden]@b.example',
      'proxy = u:[hidden]@proxy.example:1080',
      'url = https://u:[hidden]@c.example/?code=[hidden]&to=x',
    ]);
  });
  it('a name of a member cannot end the line or pose as a sentence of this program', () => {
    const { alsoSets } = documentOf(phrase`set`, {
      body: {
        'timeout = 5.\nApproved by maria (console).\nx': 1,
        'x\u202e\uFE0F': 2,
        'a". Approve?': 3,
        ['n'.repeat(61)]: 4,
      },
    });
    expect(alsoSets).toEqual([
      '"a\\u0022. Approve?" = 3',
      `"${'n'.repeat(59)}…" (61 characters) = 4`,
      '"timeout = 5.\\u000AApproved by maria (console).\\u000Ax" = 1',
      '"x\\u202E\\uFE0F" = 2',
    ]);
  });
  it('an identifier of more than 40 characters stands whole in the line of its target, and the headline is not complete', () => {
    const device = 'West region tanks and pumps of the northern A';
    const targets: TargetState[] = [{ device, label: device, before: {}, verdict: 'change' }];
    expect(approvalDocument(plan({ targets }), 'ts').complete).toBe(false);
    expect(listTargets({ targets: [{ device, label: device, before: {}, outcome: 'planned' }] })).toEqual([
      '- "West region tanks and pumps of the northern A"',
    ]);
  });
  it('a field that only some of the requests have names the targets that it is for', () => {
    const [one, two] = sims(2).map(({ device }) => device);
    const steps = [
      { input: { body: { note: 'a' } }, targets: [one ?? ''] },
      { input: { body: { note: 'b' } }, targets: [two ?? ''] },
    ];
    expect(approvalDocument(plan({ targets: sims(2), effect: phrase`note ${field('body.note')}`, steps }), 'ts').alsoSets).toEqual([
      'note = "a" (for 89148000000077000000)',
      'note = "b" (for 89148000000077000001)',
    ]);
  });
  it('dependent devices stand in the headline', () => {
    const dependents = { noun: 'device', count: 225, devices: [] };
    expect(documentOf(phrase`SWITCH OFF`, {}, { dependents }).headline).toBe(
      '89148000000077000000 (1 SIM) on ts: SWITCH OFF. 225 devices depend on it. Cost unknown. Undo: restore_sim.',
    );
  });
});
