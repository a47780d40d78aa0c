/** Questions that nobody answers in time, and calls that are cancelled late. */
import { describe, expect, it } from 'vitest';

import type { TsDevice } from '../../src/sandbox/thingspace/state.ts';
import type { World } from '../../src/sandbox/world.ts';
import { countRequests, runPendingTasks, startTestServer, type TestServer, waitUntilEnded, yes } from '../support/test-server.ts';

const suspend = 'thingspace.devices.suspend';
const pump = { sims: [{ iccid: '89148000000077000037' }] };

const sims = (lines: readonly TsDevice[]) => ({ sims: lines.map(({ iccid }) => ({ iccid })) });
const active = ({ thingspace }: World, count: number): TsDevice[] =>
  thingspace.devices.filter(({ state, account }) => state === 'active' && account === '0442000123-00001').slice(0, count);

/** A client whose person answers when `answer` is called, and a call of it that waits for that person. */
async function askedCall({ connectClient }: TestServer, progress?: (message: string) => void) {
  const question = Promise.withResolvers<void>();
  const reply = Promise.withResolvers<void>();
  const { client, call, asked } = await connectClient({
    transport: 'stdio',
    era: 'legacy',
    person: async (shown) => {
      question.resolve();
      await reply.promise;
      return yes(shown);
    },
  });
  const abort = new AbortController();
  const running = call('suspend_sim', pump, {
    signal: abort.signal,
    ...(progress ? { onprogress: ({ progress: n, message }) => progress(`${n} ${message}`) } : {}),
  });
  await question.promise;
  return { client, call, asked, running, abort, answer: reply.resolve };
}

describe('a question that is not answered in time', () => {
  it('after the call was given up, get_change says that the question is closed and how to ask again, and a late yes sends nothing', async () => {
    const server = await startTestServer();
    const { call, asked, running, abort, answer } = await askedCall(server);
    abort.abort();
    await expect(running).rejects.toThrow();
    await runPendingTasks();
    const id = (await call('list_changes')).structured.changes[0].change;
    const closed = await call('get_change', { change: id });
    expect(closed.structured.change).toMatchObject({ status: 'planned' });
    expect(closed.text).toContain(
      'The question to a person was closed without an answer; nothing was sent, and a later answer has no effect.',
    );
    expect(closed.text).toContain('To ask again, call the same tool with the same arguments before 2026-11-22T08:10:00Z.');
    expect(closed.text).not.toContain('apply_change');
    answer();
    await runPendingTasks();
    expect(countRequests(server.world, suspend)).toBe(0);
    expect((await call('get_change', { change: id })).structured.change.status).toBe('planned');
    // The same call again asks again, about the same plan.
    const again = await call('suspend_sim', pump);
    expect(again.structured.change).toMatchObject({ id, status: 'accepted' });
    expect(again.text).not.toContain('was closed without an answer');
    expect(asked).toHaveLength(2);
    expect(countRequests(server.world, suspend)).toBe(1);
  });

  it('the answer to a call whose question failed at the client is the plan, and how to ask again', async () => {
    const server = await startTestServer();
    const { call } = await server.connectClient({
      transport: 'stdio',
      era: 'legacy',
      person: () => Promise.reject(new Error('the window was closed')),
    });
    const answer = await call('suspend_sim', pump);
    expect(answer.structured.change).toMatchObject({ status: 'planned' });
    expect(answer.text).toContain('To ask again, call the same tool with the same arguments before 2026-11-22T08:10:00Z.');
  });

  it('while the person is asked, get_change says what to do when the question is gone', async () => {
    const server = await startTestServer();
    const { call, running, answer } = await askedCall(server);
    const id = (await call('list_changes')).structured.changes[0].change;
    expect((await call('get_change', { change: id })).text).toContain(
      'A person has been asked; nothing is sent until they approve. If the question is gone, call the same tool with the same arguments: it asks again.',
    );
    answer();
    expect((await running).structured.change.status).toBe('accepted');
  });

  it('an answer after two hours learns that the plan has expired', async () => {
    const server = await startTestServer();
    const { call } = await server.connectClient({
      transport: 'stdio',
      era: 'auto',
      person: (shown) => {
        server.clock.advance(2 * 3_600_000);
        return yes(shown);
      },
    });
    const late = await call('suspend_sim', pump);
    expect(late.structured.change).toMatchObject({ status: 'refused', reason: 'expired' });
    expect(late.text).toContain('The plan expired before it was approved; nothing was sent. Call the tool again.');
    expect(countRequests(server.world, suspend)).toBe(0);
  });
});

describe('progress while a person is asked', () => {
  it('a client with a progress token is told every 15 s until the answer, with growing numbers', async () => {
    const server = await startTestServer();
    const notices: string[] = [];
    const { running, answer } = await askedCall(server, (notice) => notices.push(notice));
    for (let i = 0; i < 3; i++) {
      server.clock.advance(15_000);
      await runPendingTasks();
    }
    expect(notices).toEqual([
      '0.001 a person is asked, for 15 s',
      '0.002 a person is asked, for 30 s',
      '0.003 a person is asked, for 45 s',
    ]);
    answer();
    await running;
    server.clock.advance(60_000);
    await runPendingTasks();
    expect(notices.slice(3)).toEqual(['1 1 of 1 requests sent']);
  });
});

describe('a call that is cancelled after it was answered', () => {
  /** A change of 40 SIMs whose call was answered while the canary settles; `request` is the id of that call. */
  async function forty(era: 'auto' | 'legacy') {
    const server = await startTestServer({ fleet: 200 });
    const { client, call } = await server.connectClient({ transport: 'stdio', era, person: yes });
    const { transport } = client;
    const requests: (string | number)[] = [];
    const send = transport?.send.bind(transport);
    if (transport && send)
      transport.send = (message, options) => {
        if ('method' in message && message.method === 'tools/call' && 'id' in message) requests.push(message.id);
        return send(message, options);
      };
    const started = await call('suspend_sim', sims(active(server.world, 40)));
    return { ...server, client, call, started, request: requests.at(-1) as string | number };
  }

  it.each(['auto', 'legacy'] as const)('stops what is not yet sent over stdio (%s)', async (era) => {
    const { client, call, started, request, world } = await forty(era);
    expect(started.structured.change).toMatchObject({ status: 'applying' });
    await client.notification({ method: 'notifications/cancelled', params: { requestId: request, reason: 'stopped by the user' } });
    await runPendingTasks();
    const { structured } = await waitUntilEnded(call, started.structured.change.id);
    expect(structured.change).toMatchObject({ status: 'partial', counts: { applied: 2, 'not sent': 38 } });
    expect(countRequests(world, suspend)).toBe(1);
  });

  it('the answer of a change under way names cancel_change, and the answer of cancel_change does not', async () => {
    const { call, started } = await forty('auto');
    const { id } = started.structured.change;
    expect(started.text).toContain(`cancel_change { "change": "${id}" } stops what is not yet sent.`);
    const cancelled = await call('cancel_change', { change: id });
    expect(cancelled.isError).toBe(false);
    expect(cancelled.text).toContain(
      `What is not yet sent is cancelled; get_change { "change": "${id}", "waitSeconds": 30 } tells what was sent.`,
    );
  });

  it('cancelling another call changes nothing', async () => {
    const { client, call, started } = await forty('auto');
    await client.notification({ method: 'notifications/cancelled', params: { requestId: 99_999 } });
    const { structured } = await waitUntilEnded(call, started.structured.change.id);
    expect(structured.change).toMatchObject({ status: 'applied', counts: { applied: 40 } });
  });
});

it('cancel_change on a waiting plan is a success that says nothing was sent', async () => {
  const { connectClient } = await startTestServer();
  const { call } = await connectClient({ transport: 'stdio', era: 'auto' });
  const { change } = (await call('suspend_sim', pump)).structured;
  const cancelled = await call('cancel_change', { change: change.id });
  expect(cancelled.isError).toBe(false);
  expect(cancelled.text).toMatch(/^CANCELLED: /);
  expect(cancelled.text).toContain('Cancelled before anything was sent.');
});

describe('an unknown outcome', () => {
  const repeats = /try again|retry|resend|send it again/i;
  it.each(['lost-answer', '500', '503', '500-after', 'html', 'truncated', 'cut'] as const)(
    'after %s the answer has one next step, and nothing in it advises to send again',
    async (fault) => {
      const { connectClient, world } = await startTestServer();
      const { call } = await connectClient({ transport: 'stdio', era: 'auto', person: yes });
      world.faults.arm({ fault, operation: suspend, times: 1 });
      const sent = await call('suspend_sim', pump);
      const { id, status } = sent.structured.change;
      expect(status).toBe('unknown');
      for (const { text } of [sent, await call('get_change', { change: id })]) {
        expect(text).not.toMatch(repeats);
        expect(text.match(/get_change \{/g)).toHaveLength(1);
        expect(text).toContain(`get_change { "change": "${id}", "waitSeconds": 30 } follows it to its end.`);
      }
      expect(countRequests(world, suspend)).toBe(1);
    },
  );

  it("the provider's advice to send again is not repeated, also when reading back fails", async () => {
    const list = 'thingspace.devices.list';
    const rehearsal = await startTestServer();
    const first = await rehearsal.connectClient({ transport: 'stdio', era: 'auto', person: yes });
    await first.call('suspend_sim', pump);
    const log = rehearsal.world.requestLog;
    const before = log.slice(
      0,
      log.findIndex(({ operation }) => operation === suspend),
    );
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ transport: 'stdio', era: 'auto', person: yes });
    world.faults.arm({ fault: '500', operation: suspend, times: 1 });
    world.faults.arm({ fault: '503', operation: list, skip: before.filter(({ operation }) => operation === list).length, times: 20 });
    const sent = await call('suspend_sim', pump);
    expect(sent.structured.change.status).toBe('unknown');
    expect(sent.text).toContain('OUTCOME UNKNOWN');
    expect(sent.text).toContain('reading back failed');
    expect(sent.text).not.toMatch(repeats);
  });
});
