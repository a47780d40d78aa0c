/** Random sequences of actions by two callers, two approvers and an operator: every request sent was approved before, sent once and reported truly. */
import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect } from 'vitest';

import { approvalLifetime } from '../../src/approvers/approval.ts';
import { confirmationOf } from '../../src/changes/document/confirmation.ts';
import { collectRows, verifyAudit } from '../../src/store/audit.ts';
import type { Approval, Change } from '../../src/store/change.ts';
import { killSwitch } from '../../src/store/kill-switch.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { makeSharedServers, type SharedServers, simsArgument } from '../support/shared-servers.ts';
import { no, type Person, type TestClient, type ToolAnswer, writePolicyFile, yes } from '../support/test-server.ts';

const anna = 'token-of-anna-0123456789';
const bert = 'token-of-bert-0123456789';
const people = ['maria', 'jo'] as const;
const minute = 60_000;

const rules = (last: string, usual: 'ask' | 'approve'): string => `
rules:
  - { name: never this one, when: { targets: { ids: ["${last}"] } }, then: deny }
  - { name: two people for many, when: { operation: thingspace.devices.suspend, count: { over: 7 } }, then: approve 2 }
  - { name: one person for some, when: { operation: thingspace.devices.suspend, count: { over: 6 } }, then: approve }
  - { name: restoring passes, when: { operation: thingspace.devices.restore, count: { upTo: 3 } }, then: allow }
  - { name: the rest is asked, when: { provider: thingspace }, then: ${usual} }
budgets:
  - { name: a dozen an hour, per: hour, each: caller, changes: 12, then: approve }
`;

type Step =
  | { do: 'suspend' | 'restore' | 'sms'; who: number; lines: number[]; preview: boolean }
  | { do: 'apply' | 'cancel' | 'resume' | 'undo' | 'get'; who: number; nth: number; true: boolean }
  | { do: 'approve' | 'reject'; nth: number; person: number }
  | { do: 'wait'; ms: number }
  | { do: 'run approved' | 'stop' | 'go' | 'tighten' | 'loosen' }
  /** The usual next action for a change: apply, approve, follow, resume or undo. */
  | { do: 'next step'; nth: number }
  /** The state of a SIM changes at the carrier, outside of this server. */
  | { do: 'change sim state'; line: number }
  | { do: 'fault'; fault: 'lost-answer' | 'cut' | '500'; operation: string };

const who = fc.nat(3);
const nth = fc.nat(5);
const lineNumber = fc.oneof({ weight: 60, arbitrary: fc.nat(8) }, { weight: 1, arbitrary: fc.constant(9) });
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('suspend', 'suspend', 'restore', 'sms'),
      who,
      lines: fc.uniqueArray(lineNumber, { minLength: 1, maxLength: 9 }),
      preview: fc.nat(7).map((n) => n === 0),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('apply', 'apply', 'cancel', 'resume', 'undo', 'get'),
      who,
      nth,
      true: fc.nat(4).map((n) => n > 0),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('approve', 'approve', 'approve', 'reject'), nth, person: fc.nat(1) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait'), ms: fc.constantFrom(1000, 20_000, 3 * minute, 16 * minute, 61 * minute) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('run approved', 'stop', 'go', 'go') }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('tighten', 'loosen') }) },
  { weight: 12, arbitrary: fc.record({ do: fc.constant('next step'), nth: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('change sim state'), line: fc.nat(8) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('fault'),
      fault: fc.constantFrom('lost-answer', 'cut', '500'),
      operation: fc.constantFrom('thingspace.devices.suspend', 'thingspace.sms.send'),
    }),
  },
) as fc.Arbitrary<Step>;

const headlines: Record<string, string> = {
  planned: 'NOT DONE, planned',
  awaiting_approval: 'NOT DONE, waiting for a person',
  applying: 'being carried out',
  accepted: 'ACCEPTED, NOT YET DONE',
  applied: 'DONE',
  partial: 'PARTLY DONE',
  unchanged: 'UNCHANGED',
  failed: 'FAILED',
  refused: 'REFUSED',
  unknown: 'OUTCOME UNKNOWN',
};

/** Text and structured content name the same change and report the same outcome. */
function expectConsistent(tool: string, { text, structured, isError }: ToolAnswer): void {
  const { change, error } = structured;
  if (error) {
    expect({ isError, text }).toEqual({ isError: true, text: expect.stringContaining(error.message) });
    return;
  }
  const said = text.split('\n');
  const head = change.reason === 'cancelled' ? 'CANCELLED' : `${headlines[change.status]}${change.reason ? ` \\(${change.reason}\\)` : ''}`;
  expect(said[0]).toMatch(new RegExp(`^${head}: `));
  expect(said.filter((line) => line.startsWith('change ')).map((line) => line.split(/[ ,]/)[1])).toEqual([change.id]);
  // get_change of a failed change is no error.
  expect(isError).toBe(tool !== 'get_change' && tool !== 'cancel_change' && ['refused', 'failed'].includes(change.status));
  if (change.explanation) expect(text).toContain(change.explanation);
  for (const [outcome, count] of Object.entries<number>(change.counts)) {
    const listed = change.targets.filter((target: { outcome: string }) => target.outcome === outcome);
    if (!change.targetsLeftOut) expect(listed).toHaveLength(count);
    for (const { device } of listed) expect(text).toContain(`- ${device}: ${outcome}`);
  }
}

/** Whether part of the change was not sent and can be resumed. */
const isHeldBack = ({ status, steps: all }: Change): boolean =>
  !['planned', 'awaiting_approval', 'applying'].includes(status) &&
  all.some(({ state, input }) => state === 'not sent' && input !== undefined);

/** An entry of the audit log as parsed. */
type Line = Pick<Change, 'status' | 'operation' | 'caller' | 'decision' | 'resumes' | 'targets'> & {
  at: string;
  change: string;
  approval?: Omit<Approval, 'at'> & { at: string };
  approvals?: (Omit<Approval, 'at'> & { at: string })[];
};

/** Whether the approvals in an entry satisfy its policy decision. */
function enough({ at, caller, decision, approval, approvals = [] }: Line): boolean {
  const inTheChat = approval?.kind === 'elicited' || approval?.kind === 'host, not proven';
  if (inTheChat && approval.by !== `the person at ${caller}`) return false;
  const living = approvals.filter((one) => Date.parse(at) - Date.parse(one.at) < approvalLifetime);
  const named = new Set(living.flatMap(({ kind, by }) => (kind === 'console' || kind === 'terminal' ? [by] : []))).size;
  switch (decision?.verdict) {
    case 'allow':
      return approval !== undefined;
    case 'ask':
      return (
        ['elicited', 'host, not proven', 'console', 'terminal'].includes(approval?.kind ?? '') ||
        (approval?.kind === 'resumed' && living.length > 0)
      );
    case 'approve':
      return named >= 1;
    case 'approve 2':
      return named >= 2;
    default:
      return false;
  }
}

/** The invariants at the end of every sequence. */
async function expectInvariants({ store, sent, activeSims }: SharedServers): Promise<void> {
  expect((await verifyAudit(store.audit())).broken).toBeUndefined();
  const record = (await collectRows(store.audit())).map(({ body }) => JSON.parse(body) as Line);
  const begun = record.flatMap((line, i) =>
    line.status === 'applying' && record.findIndex((one) => one.change === line.change && one.status === 'applying') === i
      ? [{ line, i }]
      : [],
  );
  for (const { line } of begun) expect({ line, enough: enough(line) }).toMatchObject({ enough: true });
  // The audit log held the approval of each request before the request arrived.
  for (const { operation, devices, auditEntries } of sent) {
    const before = begun.filter(({ line, i }) => i < auditEntries && line.operation === operation);
    const covering = before.filter(({ line }) => devices.every((device) => line.targets.some((target) => target.device === device)));
    expect({ operation, devices, approved: covering.length > 0 }).toMatchObject({ approved: true });
  }
  expect(sent.some(({ devices }) => devices.includes(activeSims[9]?.iccid ?? ''))).toBe(false);
  // The carrier received each target as often as the changes say: at most once per change.
  const { rows } = await store.list({}, undefined, 1000);
  const reported = new Map<string, number>();
  for (const change of rows) {
    const went = change.steps.filter(({ state }) => !['planned', 'not sent'].includes(state)).flatMap((step) => step.targets);
    expect(new Set(went).size).toBe(went.length);
    if (change.preview) expect(went).toEqual([]);
    for (const device of went) reported.set(`${change.operation} ${device}`, (reported.get(`${change.operation} ${device}`) ?? 0) + 1);
  }
  const arrived = new Map<string, number>();
  for (const { operation, devices } of sent)
    for (const device of devices) arrived.set(`${operation} ${device}`, (arrived.get(`${operation} ${device}`) ?? 0) + 1);
  expect(Object.fromEntries([...arrived].toSorted())).toEqual(Object.fromEntries([...reported].toSorted()));
}

async function runSequence(story: readonly Step[]): Promise<void> {
  const place = await makeSharedServers({
    store: memoryStore(),
    fleet: 60,
    approvers: people,
    policy: { bulkFrom: 5, twoStepTargets: 4, typedFrom: 6, stopPercent: 30 },
    adjust: (config) => void config.callers.set('anna', anna).set('bert', bert),
  });
  const { clock, world, approvals, activeSims, sent, state, store, waitForIdle } = place;
  const never = activeSims[9]?.iccid ?? '';
  const policyFile = writePolicyFile(rules(never, 'ask'));
  const server = await place.startServer({ adjust: (config) => void Object.assign(config, { policyFile }) });
  let answers = 0;
  // Every fifth answer is a decline.
  const decide: Person = (question) => (++answers % 5 === 0 ? no : yes)(question);
  const clients: TestClient['call'][] = [];
  for (const [token, person] of [
    [anna, decide],
    [bert, decide],
    [anna, undefined],
    [bert, undefined],
  ] as const)
    clients.push((await server.connectClient({ transport: 'http', era: 'auto', token, person })).call);
  const ask = async (at: number, tool: string, args: Record<string, unknown>): Promise<void> =>
    expectConsistent(tool, await (clients[at % clients.length] as TestClient['call'])(tool, args));
  const nthChange = async (n: number) => (await store.list({}, undefined, 6)).rows[n];
  const swallow = (): undefined => undefined;
  let stoppedAt: number | undefined;

  const advanceChange = async (change: Change): Promise<void> => {
    const owner = change.caller === 'anna' ? 0 : 1;
    const { id, status } = change;
    const confirm = confirmationOf(change);
    if (status === 'planned') return ask(owner + 2, 'apply_change', { change: id, confirm });
    if (status === 'awaiting_approval') {
      for (const by of people) await approvals.approve(id, by, 'terminal').catch(swallow);
      return server.product.runApproved(id);
    }
    if (status === 'applying' || status === 'accepted' || status === 'unknown')
      return ask(owner, 'get_change', { change: id, waitSeconds: 20 });
    if (isHeldBack(change)) return ask(owner, 'resume_change', { change: id });
    if (change.inverse) return ask(owner, 'undo_change', { change: id });
  };

  for (const step of story) {
    switch (step.do) {
      case 'suspend':
      case 'restore':
      case 'sms': {
        const args = { ...simsArgument(step.lines.map((i) => activeSims[i] ?? { iccid: '' })), ...(step.preview ? { preview: true } : {}) };
        const tool = { suspend: 'suspend_sim', restore: 'restore_sim', sms: 'send_sms' }[step.do];
        await ask(step.who, tool, step.do === 'sms' ? { ...args, message: 'PING' } : args);
        break;
      }
      case 'apply':
      case 'cancel':
      case 'resume':
      case 'undo':
      case 'get': {
        const change = await nthChange(step.nth);
        if (!change) break;
        if (step.do === 'get') await ask(step.who, 'get_change', { change: change.id, waitSeconds: step.true ? 20 : 0 });
        else if (step.do === 'apply')
          await ask(step.who, 'apply_change', { change: change.id, confirm: step.true ? confirmationOf(change) : 'yes' });
        else await ask(step.who, `${step.do}_change`, { change: change.id });
        break;
      }
      case 'approve':
      case 'reject': {
        const change = (await approvals.pending())[step.nth] ?? (await nthChange(step.nth));
        const by = people[step.person] ?? 'maria';
        if (!change) break;
        if (step.do === 'reject') await approvals.reject(change.id, by, 'terminal', 'no').catch(swallow);
        else await approvals.approve(change.id, by, 'console').catch(swallow);
        break;
      }
      case 'next step': {
        const { rows } = await store.list({}, undefined, 12);
        const change = (step.nth === 2 && rows.find(isHeldBack)) || rows[step.nth];
        if (change && !change.preview) await advanceChange(change);
        break;
      }
      case 'change sim state': {
        const line = activeSims[step.line];
        if (line) line.state = line.state === 'active' ? 'suspend' : 'active';
        break;
      }
      case 'wait':
        clock.advance(step.ms);
        break;
      case 'run approved':
        await server.product.runApproved();
        break;
      case 'tighten':
      case 'loosen':
        writeFileSync(policyFile, rules(never, step.do === 'tighten' ? 'approve' : 'ask'));
        break;
      case 'stop':
        killSwitch(state).pause('a drill');
        await waitForIdle();
        stoppedAt ??= sent.length;
        break;
      case 'go':
        await waitForIdle();
        if (stoppedAt !== undefined) expect(sent).toHaveLength(stoppedAt);
        killSwitch(state).resume();
        stoppedAt = undefined;
        break;
      case 'fault':
        world.faults.arm({ fault: step.fault, operation: step.operation, skip: 0, times: 1 });
    }
  }
  for (let i = 0; i < 8; i++) {
    await waitForIdle();
    clock.advance(10 * minute);
  }
  await waitForIdle();
  if (stoppedAt !== undefined) expect(sent).toHaveLength(stoppedAt);
  await expectInvariants(place);
}

/** Runs this many random sequences of two callers, two approvers and an operator. */
export async function expectInvariantsOfSequences(numRuns: number): Promise<void> {
  await fc.assert(fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 30, size: 'max' }), runSequence), {
    seed: 20_261_122,
    numRuns,
    endOnFailure: false,
  });
}
