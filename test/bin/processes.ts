/** Runs the program as an operator starts it: as a separate process, without IOT_OPS_ variables of this environment. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import type { StructuredJson } from '../support/json.ts';

export const root = join(import.meta.dirname, '../..');
const main = join(root, 'src/main.ts');

export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'bin-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export function temporaryFile(content: unknown): string {
  const path = join(temporaryFolder(), 'file');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

type Env = Record<string, string>;

/** Where Node keeps compiled sources, so that only the first process of a run compiles them. */
const compileCache = { NODE_COMPILE_CACHE: join(tmpdir(), 'iot-ops-mcp-compile-cache') };

function start(args: readonly string[], env: Env, program = [main]) {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('IOT_OPS_')));
  const child = spawn(process.execPath, [...program, ...args], {
    env: { ...clean, ...compileCache, XDG_STATE_HOME: temporaryFolder(), ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.err += text;
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, output, ended };
}

/** Runs a command to its end. */
export async function runCommand(
  args: readonly string[],
  env: Env = {},
  input = '',
): Promise<{ code: number | null; out: string; err: string }> {
  return runProgram([main], args, env, input);
}

/** Runs a command of another program, such as the built bin, to its end. */
export async function runProgram(program: string[], args: readonly string[], env: Env = {}, input = '') {
  const { child, output, ended } = start(args, env, program);
  child.stdin.end(input);
  return { code: await ended, ...output };
}

/** Starts a server and resolves once it has printed its URL. */
export async function startServer(args: readonly string[], env: Env = {}) {
  const { child, output, ended } = start(args, env);
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', () => {
      const found = /(http:\/\/127\.0\.0\.1:\d+)/.exec(output.err)?.[1];
      // The last line that a server prints at startup.
      if (found && /^(Console|Second door|Admin API): .*\n/m.test(output.err)) resolve(found);
    });
    void ended.then((code) => reject(new Error(`ended with ${code}: ${output.err}`)));
  });
  return {
    url,
    output,
    /** Kills the process, as a power cut would. */
    async kill(): Promise<void> {
      child.kill('SIGKILL');
      await ended;
    },
    async stop(): Promise<number | null> {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** Runs a command in its own terminal (util-linux `script`) and types each answer when its question is shown. */
export async function runAtTerminal(
  args: readonly string[],
  answers: readonly [question: string, answer: string][],
): Promise<{ code: number | null; shown: string }> {
  const quoted = [process.execPath, main, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const child = spawn('script', ['-qec', quoted, '/dev/null'], {
    env: { PATH: process.env['PATH'], ...compileCache, XDG_STATE_HOME: temporaryFolder() },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let shown = '';
  let answered = 0;
  const left = [...answers];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    const next = left[0];
    // The same question may be asked twice.
    if (!next || !shown.includes(next[0], answered)) return;
    left.shift();
    answered = shown.length;
    // Waits until the terminal has turned off echo.
    setTimeout(() => child.stdin.write(`${next[1]}\r`), 100);
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, shown };
}

export interface RpcAnswer<Result> {
  /** The answer as printed on stdout. */
  line: string;
  result: Result;
}

/** The members of results that tests read. */
interface Results {
  initialize: { serverInfo: { name: string; version: string }; instructions: string };
  'tools/list': { tools: { name: string }[] };
  'tools/call': { content: [{ text: string }, ...{ text: string }[]]; structuredContent: StructuredJson; isError?: boolean };
}

/** A minimal MCP client over stdio. */
export async function startStdioServer(args: readonly string[], env: Env = {}, program = [main]) {
  const { child, output, ended } = start(args, env, program);
  const waiting = new Map<number, (line: string) => void>();
  let last = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id } = JSON.parse(line);
    waiting.get(id)?.(line);
  });
  const ask = async <M extends keyof Results>(method: M, params: object = {}): Promise<RpcAnswer<Results[M]>> => {
    const id = ++last;
    const answered = new Promise<string>((resolve) => waiting.set(id, resolve));
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    const line = await Promise.race([
      answered,
      ended.then((code) => {
        throw new Error(`ended with ${code}: ${output.err}`);
      }),
    ]);
    return { line, result: JSON.parse(line).result };
  };
  const hello = await ask('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'bin', version: '1' },
  });
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`);
  return {
    hello: hello.result,
    output,
    ask,
    call: (name: string, input: object = {}): Promise<RpcAnswer<Results['tools/call']>> => ask('tools/call', { name, arguments: input }),
    /** Kills the process, as a power cut would. */
    async kill(): Promise<void> {
      child.kill('SIGKILL');
      await ended;
    },
    /** Closes stdin, as a host does, and waits for the exit. */
    async leave(): Promise<number | null> {
      child.stdin.end();
      return ended;
    },
  };
}

/** A free port among those that ThingSpace posts callbacks to. */
export async function freeCallbackPort(): Promise<number> {
  for (let port = 28_200; port <= 28_220; port++) {
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
  throw new Error('none of the ports 28200 to 28220 is free');
}
