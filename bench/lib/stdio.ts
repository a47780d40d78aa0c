/** A minimal client of an MCP server over stdio. */
import { spawnNode, stop } from './children.ts';
import { approval, capabilities, clientInfo, type Era, paramsOf, type ToolCallResult, type ToolList } from './rpc.ts';

export interface StdioDriver {
  pid: number | undefined;
  list(): Promise<ToolList>;
  /** Calls a tool and approves every elicitation at once. */
  call(name: string, args: Record<string, unknown>): Promise<ToolCallResult>;
  stop(): Promise<void>;
}

interface Message {
  id?: number | string;
  method?: string;
  result?: unknown;
  error?: { message: string };
}

/** Starts a server and initializes the connection for this protocol revision. */
export async function startStdioDriver(
  args: readonly string[],
  era: Era,
  env: Readonly<Record<string, string>> = {},
): Promise<StdioDriver> {
  const child = spawnNode(args, env);
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  child.stdin.on('error', () => undefined);
  child.once('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`the server ended with ${code}: ${said}`));
    waiting.clear();
  });

  const write = (message: object): void => void child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const hear = ({ id, method, result, error }: Message): void => {
    if (method !== undefined) {
      if (id !== undefined) write({ id, result: method === 'elicitation/create' ? approval : {} });
      return;
    }
    const asker = waiting.get(Number(id));
    waiting.delete(Number(id));
    if (error) asker?.reject(new Error(error.message));
    else asker?.resolve(result);
  };
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') hear(JSON.parse(line) as Message);
  });

  let last = 0;
  const ask = <T>(method: string, params: Record<string, unknown> = {}): Promise<T> =>
    new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
      write({ id, method, params: paramsOf(era, params) });
    });

  if (era === '2026-07-28') await ask('server/discover');
  else {
    await ask('initialize', { protocolVersion: era, capabilities, clientInfo });
    write({ method: 'notifications/initialized' });
  }
  return {
    pid: child.pid,
    list: () => ask<ToolList>('tools/list'),
    async call(name, args) {
      const first = await ask<ToolCallResult>('tools/call', { name, arguments: args });
      if (first.resultType !== 'input_required') return first;
      const inputResponses = Object.fromEntries(Object.keys(first.inputRequests ?? {}).map((key) => [key, approval]));
      return ask<ToolCallResult>('tools/call', { name, arguments: args, inputResponses, requestState: first.requestState });
    },
    stop: () => stop(child),
  };
}
