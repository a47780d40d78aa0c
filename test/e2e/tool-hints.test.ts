/** The hints of the tools are true: checked by the requests that reach the sandbox. */
import { describe, expect, it } from 'vitest';
import type { World } from '../../src/sandbox/world.ts';
import { operationOf, tools } from '../support/providers.ts';
import { runPendingTasks, startTestServer, type TestClient, waitUntilEnded, yes } from '../support/test-server.ts';
import { toolCases } from '../support/tool-cases.ts';

const everything = { flags: { toolsets: 'thingpark,thingspace,iotx,fleet,changes,operations' } };
const client = { transport: 'stdio', era: 'auto', person: yes } as const;

/** Logins and tokens; the server sends them by itself. */
const ownSessions = /^(thingspace\.(session|tokens)|thingpark\.(tokens|accessCodes))\./;

/** Changing operations that a provider accepted, in the order of the requests. */
function accepted({ requestLog }: World): string[] {
  return requestLog
    .filter(({ operation, status }) => status < 300 && !ownSessions.test(operation) && operationOf(operation)?.effects.length)
    .map(({ operation }) => operation);
}

async function callToItsEnd(call: TestClient['call'], tool: string, args: Record<string, unknown>) {
  const answer = await call(tool, args);
  const { change } = answer.structured;
  return change && ['applying', 'accepted'].includes(change.status) ? waitUntilEnded(call, change.id) : answer;
}

/** These have no further effect but send it again, because the provider does not let the state be read. */
const sendsAgain = ['set_labels', 'switch_profile'];

describe('idempotentHint', () => {
  for (const { tool: name, args, operation, first } of toolCases) {
    const tool = tools.find((one) => one.name === name);
    const idempotent = tool?.kind === 'change' && tool.idempotent;
    it(`${name}, called again with the same arguments, ${idempotent ? 'has no further effect' : 'has its effect again'}`, async () => {
      const { connectClient, world } = await startTestServer(everything);
      first?.(world);
      const { call } = await connectClient(client);
      await callToItsEnd(call, name, args);
      const once = accepted(world).length;
      await callToItsEnd(call, name, args);
      const again = accepted(world).slice(once);
      expect(again).toEqual(idempotent && !sendsAgain.includes(name) ? [] : [operation]);
    });
  }

  it('undo_change, called again with the same arguments, has no further effect', async () => {
    const { connectClient, world } = await startTestServer(everything);
    const { call } = await connectClient(client);
    const { change } = (await callToItsEnd(call, 'suspend_device', { devices: ['A81758FFFE0A0001'] })).structured;
    await callToItsEnd(call, 'undo_change', { change: change.id });
    expect(accepted(world)).toEqual(['thingpark.devices.update', 'thingpark.devices.update']);
    expect((await call('undo_change', { change: change.id })).text).toContain('was already undone by');
    expect(accepted(world)).toHaveLength(2);
  });

  it('apply_change, called again with the same arguments, has no further effect', async () => {
    const { connectClient, world } = await startTestServer(everything);
    const { call } = await connectClient({ transport: 'stdio', era: 'auto' });
    const { change } = (await call('suspend_device', { devices: ['A81758FFFE0A0001'] })).structured;
    const args = { change: change.id, confirm: change.confirm };
    await callToItsEnd(call, 'apply_change', args);
    expect((await callToItsEnd(call, 'apply_change', args)).structured.change.status).toBe('applied');
    expect(accepted(world)).toEqual(['thingpark.devices.update']);
  });

  it('change_operation, called again with the same arguments, has its effect again', async () => {
    const { connectClient, world } = await startTestServer(everything);
    const { call } = await connectClient(client);
    const sms = toolCases.find(({ tool }) => tool === 'send_sms');
    const args = { operation: sms?.operation, input: sms?.input };
    await callToItsEnd(call, 'change_operation', args);
    await callToItsEnd(call, 'change_operation', args);
    expect(accepted(world)).toEqual(['thingspace.sms.send', 'thingspace.sms.send']);
  });
});

describe('openWorldHint', () => {
  it('the tools that say they touch only this server send no request to a provider', async () => {
    const { connectClient, world } = await startTestServer(everything);
    const { call } = await connectClient({ transport: 'stdio', era: 'auto' });
    const { change } = (await call('suspend_sim', { sims: [{ iccid: '89148000000077000037' }] })).structured;
    const args: Record<string, object> = { cancel_change: { change: change.id } };
    const before = world.requestLog.length;
    const local = tools.filter((tool) => tool.local);
    for (const { name } of local) expect((await call(name, { ...args[name] })).structured.error).toBeUndefined();
    await runPendingTasks();
    expect(local.map(({ name }) => name)).toEqual(['list_changes', 'get_policy', 'cancel_change', 'search_operations']);
    expect(world.requestLog).toHaveLength(before);
  });

  it('get_change does not say so: it reads the state of an accepted change at the provider', async () => {
    const { connectClient, world } = await startTestServer(everything);
    const { call } = await connectClient(client);
    const { change } = (await call('suspend_sim', { sims: [{ iccid: '89148000000077000037' }] })).structured;
    expect(change.status).toBe('accepted');
    const before = world.requestLog.length;
    await call('get_change', { change: change.id, waitSeconds: 20 });
    expect(world.requestLog.length).toBeGreaterThan(before);
  });
});
