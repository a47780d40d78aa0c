/** The tasks extension: a change that goes on after its call is a task for clients that declare it. Raw requests, because the SDK's client has no tasks. */
import { describe, expect, it } from 'vitest';

import { countRequests, runPendingTasks, startTestServer, type TestServer, type TestServerOptions } from '../support/test-server.ts';

const revision = '2026-07-28';
const extension = 'io.modelcontextprotocol/tasks';
const withTasks = { extensions: { [extension]: {} } };
const sim = { sims: [{ iccid: '89148000000078000131', imei: '356938035643809' }], servicePlan: 'IOTLOW5MB', zipCode: '98801' };
/** Rules under which changes run without a question, so that a call is one request. */
const allowed: TestServerOptions = { rules: 'rules: [{ name: all, then: allow }]' };

interface Answer {
  result?: Record<string, unknown> & {
    taskId?: string;
    status?: string;
    resultType?: string;
    result?: { isError?: boolean; content: { text: string }[]; structuredContent: { change: Record<string, unknown> } };
    capabilities?: Record<string, unknown>;
    structuredContent?: { change: { id: string; status: string } };
  };
  error?: { code: number; message: string };
}

async function ask(
  server: TestServer,
  method: string,
  params: Record<string, unknown>,
  capabilities: object,
  token?: string,
): Promise<Answer> {
  const name = params['name'] ?? params['taskId'];
  const response = await server.fetch(
    new Request('http://127.0.0.1/mcp', {
      method: 'POST',
      headers: {
        host: '127.0.0.1',
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        'mcp-protocol-version': revision,
        'mcp-method': method,
        ...(name === undefined ? {} : { 'mcp-name': String(name) }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method,
        params: {
          ...params,
          _meta: {
            'io.modelcontextprotocol/protocolVersion': revision,
            'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
            'io.modelcontextprotocol/clientCapabilities': capabilities,
          },
        },
      }),
    }),
  );
  const text = await response.text();
  return JSON.parse(text.startsWith('{') ? text : (/^data: (.*)$/m.exec(text)?.[1] ?? 'null')) as Answer;
}

const activate = (server: TestServer, capabilities: object, token?: string) =>
  ask(server, 'tools/call', { name: 'activate_sim', arguments: sim }, capabilities, token);

/** Asks for a task until it has ended, as often as it says. */
async function settled(server: TestServer, taskId: string): Promise<Answer['result']> {
  for (let i = 0; i < 100; i++) {
    const { result } = await ask(server, 'tasks/get', { taskId }, withTasks);
    if (result?.status !== 'working') return result;
    server.clock.advance(5000);
    await runPendingTasks();
  }
  throw new Error(`the task ${taskId} does not end`);
}

describe('the tasks extension', () => {
  it('the server declares the extension and not the tasks of 2025-11-25', async () => {
    const server = await startTestServer();
    const { result } = await ask(server, 'server/discover', {}, {});
    expect(result?.capabilities).toMatchObject({ extensions: { [extension]: {} } });
    expect(result?.capabilities).not.toHaveProperty('tasks');
  });

  it('a change that is accepted and not done is a task, which ends with the result of the change', async () => {
    const server = await startTestServer(allowed);
    const { result } = await activate(server, withTasks);
    expect(result).toMatchObject({
      resultType: 'task',
      taskId: expect.stringMatching(/^chg_/),
      status: 'working',
      statusMessage: expect.stringMatching(/^ACCEPTED, NOT YET DONE: 89148000000078000131 /),
      createdAt: '2026-11-22T08:00:00Z',
      lastUpdatedAt: expect.stringMatching(/^2026-11-22T08:00:/),
      ttlMs: null,
      pollIntervalMs: 5000,
    });
    for (const member of ['result', 'error', 'task', 'requestState', 'structuredContent']) expect(result).not.toHaveProperty(member);
    const taskId = result?.taskId ?? '';
    expect((await ask(server, 'tasks/get', { taskId }, withTasks)).result).toMatchObject({ taskId, status: 'working' });
    const task = await settled(server, taskId);
    expect(task).toMatchObject({ taskId, status: 'completed', ttlMs: null });
    expect(task?.result?.content[0]?.text).toMatch(/^DONE: 89148000000078000131 /);
    expect(task?.result?.structuredContent.change).toMatchObject({ id: taskId, status: 'applied' });
    expect(task?.result?.isError).toBeUndefined();
  });

  it('a client that does not declare the extension gets the usual answer, and none of its methods', async () => {
    const server = await startTestServer(allowed);
    const { result } = await activate(server, {});
    expect(result).toMatchObject({ resultType: 'complete', structuredContent: { change: { status: 'accepted' } } });
    expect(result).not.toHaveProperty('taskId');
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel'])
      expect((await ask(server, method, { taskId: 'chg_none' }, {})).error?.code).toBe(-32_021);
  });

  it('a change that has ended with its call, a plan and a read are no tasks', async () => {
    const server = await startTestServer(allowed);
    const update = { name: 'update_device', arguments: { device: 'A81758FFFE0A0004', name: 'Silo 4' } };
    expect((await ask(server, 'tools/call', update, withTasks)).result).toMatchObject({
      resultType: 'complete',
      structuredContent: { change: { status: 'applied' } },
    });
    const preview = { name: 'activate_sim', arguments: { ...sim, preview: true } };
    expect((await ask(server, 'tools/call', preview, withTasks)).result?.resultType).toBe('complete');
    expect((await ask(server, 'tools/call', { name: 'list_devices', arguments: {} }, withTasks)).result?.resultType).toBe('complete');
  });

  it('a change that fails is a completed task whose result is an error', async () => {
    const server = await startTestServer({ ...allowed, flags: { toolsets: 'thingspace,changes' } });
    const profile = { act: 'download', eid: '89049032000000000000000000007711', iccid: '89148000000077000037', smsrOid: '1.3.6.1' };
    const call = { name: 'switch_profile', arguments: { ...profile, account: '0442000123-00001' } };
    const { result } = await ask(server, 'tools/call', call, withTasks);
    expect(result).toMatchObject({ resultType: 'task', status: 'working' });
    const task = await settled(server, result?.taskId ?? '');
    expect(task).toMatchObject({ status: 'completed', result: { isError: true } });
    expect(task?.result?.content[0]?.text).toContain('the carrier reports that the request failed');
  });

  it('cancelling a change whose request was sent is acknowledged, and the task goes on to its end', async () => {
    const server = await startTestServer(allowed);
    const taskId = (await activate(server, withTasks)).result?.taskId ?? '';
    expect((await ask(server, 'tasks/cancel', { taskId }, withTasks)).result).toEqual(expect.objectContaining({ resultType: 'complete' }));
    expect((await ask(server, 'tasks/get', { taskId }, withTasks)).result?.status).toBe('working');
  });

  it('cancelling a change under way sends nothing more, and the task ends with what was done', async () => {
    const server = await startTestServer({ ...allowed, fleet: 200 });
    const active = [...server.world.thingspace.devices.values()].filter(({ state }) => state === 'active').slice(0, 40);
    const call = { name: 'suspend_sim', arguments: { sims: active.map(({ iccid }) => ({ iccid })) } };
    const taskId = (await ask(server, 'tools/call', call, withTasks)).result?.taskId ?? '';
    expect((await ask(server, 'tasks/get', { taskId }, withTasks)).result?.['statusMessage']).toMatch(/^being carried out: /);
    await ask(server, 'tasks/cancel', { taskId }, withTasks);
    const task = await settled(server, taskId);
    expect(task).toMatchObject({
      status: 'completed',
      result: { structuredContent: { change: { status: 'partial', counts: { applied: 2, 'not sent': 38 } } } },
    });
    expect(countRequests(server.world, 'thingspace.devices.suspend')).toBe(1);
  });

  it('cancelling a waiting plan ends it, and a second time changes nothing', async () => {
    const server = await startTestServer();
    const planned = await activate(server, withTasks);
    const change = planned.result?.structuredContent?.change ?? { id: '', status: '' };
    expect(change.status).toBe('planned');
    for (let i = 0; i < 2; i++) {
      const { result } = await ask(server, 'tasks/cancel', { taskId: change.id }, withTasks);
      expect(result).toMatchObject({ resultType: 'complete' });
      for (const member of ['taskId', 'status', 'result']) expect(result).not.toHaveProperty(member);
    }
    expect((await ask(server, 'tasks/get', { taskId: change.id }, withTasks)).result).toMatchObject({ status: 'cancelled' });
    expect(countRequests(server.world, 'thingspace.devices.activate')).toBe(0);
  });

  it('a task of another caller and an unknown one are answered alike', async () => {
    const server = await startTestServer({
      ...allowed,
      adjust(config) {
        config.callers.set('anna', 'token-of-anna-000001');
        config.callers.set('ben', 'token-of-ben-0000002');
      },
    });
    const { result } = await activate(server, withTasks, 'token-of-anna-000001');
    const taskId = result?.taskId ?? '';
    expect(taskId).toMatch(/^chg_/);
    for (const method of ['tasks/get', 'tasks/cancel'])
      for (const id of [taskId, 'chg_none']) {
        const { error } = await ask(server, method, { taskId: id }, withTasks, 'token-of-ben-0000002');
        expect(error).toEqual({ code: -32_602, message: `there is no task ${id}` });
      }
  });
});
