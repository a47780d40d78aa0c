import { describe, expect, it, test } from 'vitest';

import { approvalDocument } from '../../../src/changes/document/approval-document.ts';
import { sameSentence } from '../../../src/changes/document/confirmation.ts';
import { destinations, field, phrase, quoted, settings, stated, word } from '../../../src/changes/document/phrase.ts';
import type { Plan, TargetState } from '../../../src/changes/planner.ts';

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
    expect(alsoSets).toEqual(['ids = "x1"', 'ids = "x2"', 'place.city = "Austin"', 'withBilling = true']);
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
  it('a secret is never shown, and a long text with its length', () => {
    const { alsoSets } = documentOf(phrase`set`, { body: { appKey: '00112233445566778899AABBCCDDEEFF', note: 'n'.repeat(50) } });
    expect(alsoSets).toEqual(['appKey = [hidden]', `note = "${'n'.repeat(39)}…" (50 characters)`]);
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
    expect(alsoSets).toEqual(['version = 7']);
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
  ])('destinations: %s', (_, address, shown) => {
    expect(documentOf(phrase`send to ${destinations('body.to')}`, { body: { to: [address] } }).headline).toContain(`send to ${shown}.`);
  });
  it('a target is accounted for in every spelling, another identifier is not', () => {
    const targets: TargetState[] = [{ device: 'A81758FFFE0A0001', label: 'x', before: { name: 'Old' }, verdict: 'change' }];
    const of = (input: unknown) => approvalDocument(plan({ targets, steps: [{ input, targets: ['A81758FFFE0A0001'] }] }), 'tp').alsoSets;
    expect(of({ path: { ref: 'eA81758FFFE0A0001' }, body: { EUI: 'a8:17:58:ff:fe:0a:00:01', name: 'Old' } })).toEqual([]);
    expect(of({ path: { ref: 'A81758FFFE0A0002' }, body: { name: 'New' } })).toEqual(['name = "New"', 'ref = A81758FFFE0A0002']);
  });
  it('a value is accounted for by what becomes of its target, but then the headline alone is not complete', () => {
    const targets: TargetState[] = [{ ...(sim as TargetState), becomes: { name: 'Pump' } }];
    const { alsoSets, complete } = documentOf(phrase`rename`, { body: { name: 'Pump' } }, { targets });
    expect([alsoSets, complete]).toEqual([[], false]);
  });
  it('dependent devices stand in the headline', () => {
    const dependents = { noun: 'device', count: 225, devices: [] };
    expect(documentOf(phrase`SWITCH OFF`, {}, { dependents }).headline).toBe(
      '89148000000077000000 (1 SIM) on ts: SWITCH OFF. 225 devices depend on it. Cost unknown. Undo: restore_sim.',
    );
  });
});
