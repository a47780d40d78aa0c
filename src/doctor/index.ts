/** `iot-ops-mcp doctor`: every check, on the configuration that a server would use. Nothing is changed, here or at a provider. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Fetch } from '../clients/http/client.ts';
import { type LoginLockout, memoryLoginLockout } from '../clients/http/login-lockout.ts';
import type { Clock } from '../clock.ts';
import type { Config, Flags } from '../config.ts';
import { type Env, present } from '../environment-variables.ts';
import { providers } from '../providers/index.ts';
import { type Loaded, loadProviders } from '../providers/load-providers.ts';
import { checkCallerGroups } from '../server/check-caller-groups.ts';
import { sharedLockout } from '../server/login-lockout.ts';
import { connectionNamesOf } from '../server/select-connections.ts';
import { memoryState } from '../store/open-shared-state.ts';
import { Redactor } from '../text/redact.ts';
import { version } from '../tool-surface.ts';
import { type CheckedAccount, checkAccount, clockFinding } from './accounts.ts';
import { checkConfiguration, checkFiles, configPath, problemFindings } from './configuration.ts';
import type { Checked, Fact, Finding } from './finding.ts';
import { checkHttp, isForHttp } from './http.ts';
import { checkPolicy } from './policy.ts';
import { checkState } from './state.ts';
import { nodeFinding, tlsFinding } from './versions.ts';

export interface DoctorOptions extends Flags {
  /** The port of a server over HTTP; absent: checked only where the configuration is for HTTP, at 8383. */
  port?: number | undefined;
}

export interface DoctorDeps {
  env: Env;
  clock: Clock;
  fetch: Fetch;
  /** `22.19.0`. */
  nodeVersion: string;
}

export interface DoctorReport {
  version: string;
  node: string;
  /** What is in order. */
  facts: readonly Fact[];
  findings: readonly Finding[];
}

const usualPort = 8383;

export async function examine(options: DoctorOptions, deps: DoctorDeps): Promise<DoctorReport> {
  const env = present(deps.env);
  const runtime = [nodeFinding(deps.nodeVersion), tlsFinding(env)].filter((one) => one !== undefined);
  const { config, findings } = checkConfiguration(options, env);
  const redactor = new Redactor();
  for (const secret of config?.secretValues ?? []) redactor.add(secret);
  const checked = config ? await examineConfig(config, options, { ...deps, env, redactor }) : [];
  return redactor.value({
    version,
    node: deps.nodeVersion,
    facts: checked.flatMap(({ facts }) => facts),
    findings: [...runtime, ...findings, ...checked.flatMap((one) => one.findings)],
  });
}

interface ConfigDeps extends DoctorDeps {
  redactor: Redactor;
}

async function examineConfig(config: Config, options: DoctorOptions, deps: ConfigDeps): Promise<Checked[]> {
  const place = configPath(options, deps.env) ?? 'the environment of the server';
  const loaded = await loadProviders(providers);
  const live = config.connections.some(({ sandbox }) => !sandbox);
  const accounts = await checkAccounts(config, loaded, { ...deps, place });
  const skew = clockFinding(accounts.flatMap(({ skews }) => skews));
  const needsHttp = options.port !== undefined || isForHttp(config);
  return [
    { facts: [{ at: 'configuration', seen: describe(config, place) }], findings: groupFindings(config, loaded, place) },
    checkFiles(config.files),
    ...accounts,
    { facts: [], findings: skew ? [skew] : [] },
    ...(config.connections.length > 0 || config.state === 'postgres' ? [await checkState(config)] : []),
    await checkPolicy(config, loaded.catalogue.operations),
    ...(needsHttp
      ? [await checkHttp(config, { ...deps, live, port: options.port ?? usualPort, registered: registeredBy(accounts, loaded) })]
      : []),
  ];
}

function describe({ connections, approvers }: Config, place: string): string {
  if (connections.length === 0)
    return 'no connection is configured, so the server runs on its embedded sandbox; "iot-ops-mcp init" adds one';
  const people = approvers.length === 0 ? '' : `, approvers ${approvers.map(({ name }) => name).join(', ')}`;
  return `${place}: ${connections.map(({ name }) => name).join(', ')}${people}`;
}

function groupFindings(config: Config, { tools }: Loaded, place: string): Finding[] {
  try {
    checkCallerGroups(config, { connections: connectionNamesOf(config, providers), tools });
    return [];
  } catch (error) {
    return problemFindings(error, place);
  }
}

function checkAccounts(config: Config, loaded: Loaded, deps: ConfigDeps & { place: string }): Promise<CheckedAccount[]> {
  return Promise.all(
    config.connections.map((settings) => {
      const provider = providers.find(({ name }) => name === settings.provider);
      const shared = provider && sharedLockout(settings, provider, memoryState(config));
      const lockout = shared ? lazyLockout(shared, config.stateDir) : memoryLoginLockout();
      return checkAccount(settings, { ...deps, lockout, layers: loaded.layersOf(settings.provider) });
    }),
  );
}

/** The lockout of a state directory. Without a key in it there is none, and asking must not make one. */
function lazyLockout(shared: LoginLockout, stateDir: string): LoginLockout {
  return {
    lockedReason: async () => (existsSync(join(stateDir, 'key')) ? shared.lockedReason() : undefined),
    lock: (why) => shared.lock(why).catch(() => undefined),
  };
}

/** Where the provider delivers callbacks of a connection that could be read. */
function registeredBy(accounts: readonly CheckedAccount[], { layersOf }: Loaded): Parameters<typeof checkHttp>[1]['registered'] {
  return async (name) => {
    const account = accounts.find(({ connection }) => connection.name === name);
    if (!account || account.findings.length > 0) return undefined;
    const { client } = layersOf(account.connection.provider);
    return client.registeredCallbacks?.(account.connection).catch(() => undefined);
  };
}
