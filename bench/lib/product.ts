/** The whole product in this process with a minimal client and a fixed clock. */
import { InMemoryTransport, type JSONRPCMessage } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

import { fixedClock } from '../../src/clock.ts';
import { readConfig } from '../../src/config.ts';
import { makeProduct } from '../../src/server.ts';
import { paramsOf, type ToolCallResult } from './rpc.ts';

export interface InProcess {
  ask<T>(method: string, params?: Record<string, unknown>): Promise<T>;
  call(name: string, args: Record<string, unknown>): Promise<ToolCallResult>;
  /** Provider response bodies since the last call, without logins. */
  takeProviderBodies(): string[];
  close(): Promise<void>;
}

const began = Date.parse('2026-11-22T08:00:00Z');

/** Starts the product on a sandbox with this number of devices per provider. */
export async function inProcess(fleet: number): Promise<InProcess> {
  const product = await makeProduct({
    config: readConfig({}, {}),
    clock: fixedClock(began),
    connectionNames: [],
    fleetSize: fleet,
    seed: 1,
    deterministic: true,
  });
  const bodies: string[] = [];
  const sandbox = await product.sandbox?.();
  if (!sandbox) throw new Error('there is no sandbox');
  const real = sandbox.fetch;
  sandbox.fetch = async (url, init) => {
    const response = await real(url, init);
    if (!/token|session/.test(url)) bodies.push(await response.clone().text());
    return response;
  };

  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const served = serveStdio(product.build, { transport: theirs });
  const waiting = new Map<number, (message: JSONRPCMessage) => void>();
  ours.onmessage = (message) => {
    if (!('id' in message) || 'method' in message) return;
    waiting.get(Number(message.id))?.(message);
    waiting.delete(Number(message.id));
  };
  await ours.start();
  let last = 0;
  const ask = async <T>(method: string, params: Record<string, unknown> = {}): Promise<T> => {
    const id = ++last;
    const answer = new Promise<JSONRPCMessage>((resolve) => waiting.set(id, resolve));
    await ours.send({ jsonrpc: '2.0', id, method, params: paramsOf('2026-07-28', params) });
    const message = await answer;
    if (!('result' in message)) throw new Error(`${method}: ${JSON.stringify(message)}`);
    return message.result as T;
  };
  return {
    ask,
    async call(name, args) {
      const result = await ask<ToolCallResult>('tools/call', { name, arguments: args });
      if (result.isError) throw new Error(`${name}: ${result.content?.[0]?.text}`);
      return result;
    },
    takeProviderBodies: () => bodies.splice(0),
    async close() {
      await served.close();
      await product.close();
    },
  };
}
