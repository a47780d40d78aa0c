/** Child processes of a measurement, which are all ended afterwards. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');
export const bundle = join(root, 'dist/iot-ops-mcp.mjs');
const main = join(root, 'src/main.ts');

const running = new Set<ChildProcess>();
let temporaryRoot: string | undefined;

/** A path in a temporary directory of this run, which is removed at the end. */
export function temporaryPath(name: string): string {
  temporaryRoot ??= mkdtempSync(join(tmpdir(), 'bench-'));
  return join(temporaryRoot, name);
}

/** Writes a file for this run: text as it is, anything else as JSON. */
export function temporaryFile(name: string, content: unknown): string {
  const path = temporaryPath(name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** The environment of a child: without IOT_OPS_ and NODE_ variables, and with its state in a directory of this run. */
export function envOf(own: Readonly<Record<string, string>> = {}): Record<string, string> {
  const state = temporaryPath('');
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('IOT_OPS_') && !entry[0].startsWith('NODE_'),
  );
  return { ...Object.fromEntries(kept), XDG_STATE_HOME: state, ...own };
}

function track<C extends ChildProcess>(child: C): C {
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Starts Node with these arguments and piped streams. */
export function spawnNode(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return track(spawn(process.execPath, args, { env: envOf(env), stdio: ['pipe', 'pipe', 'pipe'] }));
}

/** Starts a script of bench/children with an IPC channel. */
export function forkChild(name: string, args: readonly string[] = []): ChildProcess {
  const path = join(import.meta.dirname, '../children', `${name}.ts`);
  return track(fork(path, args, { env: envOf(), execArgv: ['--expose-gc'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }));
}

/** Waits for the next message of a child. */
export function nextMessage<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`a child ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as T);
    });
  });
}

/** Sends a message and waits for the answer. */
export function requestFrom<T>(child: ChildProcess, message: object): Promise<T> {
  const answer = nextMessage<T>(child);
  child.send(message);
  return answer;
}

/** Kills a child and waits for its exit. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

/** Kills all children that still run. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map(stop));
}

/** Removes the temporary directory of this run. */
export function removeTemporaryFiles(): void {
  if (temporaryRoot) rmSync(temporaryRoot, { recursive: true, force: true });
  temporaryRoot = undefined;
}

/** Starts a command that listens, and returns its URL. */
export async function startListening(args: readonly string[], env: Readonly<Record<string, string>> = {}, program = main) {
  const child = spawnNode([program, ...args], env);
  child.stdout.resume();
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000);
      const found = /(http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1];
      if (found) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`it ended with ${code}: ${said}`)));
  });
  return { url, child, stop: () => stop(child) };
}
