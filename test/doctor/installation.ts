/** An installation on a sandbox that listens on a port, and the doctor as a process that looks at it. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

import { sandboxIotx } from '../../src/clients/iotx/sandbox-account.ts';
import { sandboxThingpark } from '../../src/clients/thingpark/sandbox-account.ts';
import { sandboxThingspace } from '../../src/clients/thingspace/sandbox-account.ts';
import { systemClock } from '../../src/clock.ts';
import type { Finding } from '../../src/doctor/finding.ts';
import type { DoctorReport } from '../../src/doctor/index.ts';
import { makeSandbox } from '../../src/sandbox/index.ts';
import { portHandler } from '../../src/sandbox/port-handler.ts';
import { listen } from '../../src/web/listen.ts';
import { runCommand, temporaryFolder } from '../bin/processes.ts';
import { sandboxProviders } from '../support/providers.ts';

/** The three providers on one loopback port, with the time of this machine. Ends with the test file's caller. */
export async function servedSandbox() {
  const { world } = makeSandbox({ clock: systemClock, fleet: 12, seed: 1, providers: sandboxProviders });
  const listening = await listen(portHandler(world), '127.0.0.1', 0);
  return { url: listening.url, world, close: listening.close };
}

/** A server on a free port that answers everything alike; its clock is `ahead` of this machine, ms. */
export async function stub(status: number, type: string, body: string, ahead = 0): Promise<string> {
  const server = createServer((_, response) => {
    response.sendDate = false;
    const date = new Date(systemClock.now() + ahead).toUTCString();
    response.writeHead(status, { 'content-type': type, date }).end(body);
  });
  return urlOf(server);
}

export async function urlOf(server: Server, scheme = 'http'): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A hash of the PIN 123456 of the right form; nobody signs in with it. */
export const pinHash = `scrypt$32768$8$3$${'A'.repeat(22)}$${'A'.repeat(43)}`;

type Settings = Record<string, unknown>;

/** The connections of a healthy installation on a sandbox at `url`. */
export const connections = {
  thingpark: (url: string): Settings => ({
    name: 'tp',
    provider: 'thingpark',
    writes: 'on',
    oss: { url, ...sandboxThingpark.oss },
    dx: { adminUrl: `${url}/thingpark/dx/admin/latest/api`, ...sandboxThingpark.dx },
  }),
  thingspace: (url: string): Settings => ({ name: 'verizon', provider: 'thingspace', writes: 'on', url, ...sandboxThingspace }),
  iotx: (url: string): Settings => ({ name: 'iotx', provider: 'iotx', writes: 'on', url, accessKey: sandboxIotx.accessKey }),
};

export interface Installation {
  folder: string;
  config: string;
  state: string;
}

/** A configuration file of mode 0600 with an approver, and an own state directory that is not there yet. */
export function installation(settings: Settings): Installation {
  const folder = temporaryFolder();
  const state = join(folder, 'state');
  const config = join(folder, 'config.json');
  writeConfig({ folder, config, state }, settings);
  return { folder, config, state };
}

export function writeConfig({ config }: Installation, settings: Settings): void {
  writeFileSync(config, JSON.stringify({ approvers: { maria: { pin: pinHash } }, ...settings }), { mode: 0o600 });
}

/** A file of the installation. */
export function put({ folder }: Installation, name: string, content: string, mode = 0o600): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content, { mode });
  chmodSync(path, mode);
  return path;
}

export interface Examination {
  code: number | null;
  report: DoctorReport;
  /** Everything that was printed. */
  text: string;
}

/** Runs `iot-ops-mcp doctor --json`. */
export async function doctor(
  { config, state }: Installation,
  more: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<Examination> {
  const { code, out, err } = await runCommand(['doctor', '--json', '--config', config, '--state', state, ...more], env);
  if (err !== '') throw new Error(err);
  return { code, report: JSON.parse(out) as DoctorReport, text: out };
}

export const brief = ({ code, at, fix }: Finding) => ({ code, at, fix });

/** A self-signed certificate for this machine, made by openssl. */
export function selfSigned(): { key: string; cert: string } {
  const { stdout } = spawnSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      '-',
      '-days',
      '2',
      '-subj',
      '/CN=127.0.0.1',
    ],
    { encoding: 'utf8' },
  );
  const [key = '', cert = ''] = stdout.match(/-----BEGIN[\s\S]*?-----END[^\n]*\n/g) ?? [];
  return { key, cert };
}
