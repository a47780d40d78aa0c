/** The sandbox in another process on a port, and connections to it. */
import type { ConnectionSettings } from '../../src/clients/connect.ts';
import type { ThingparkAccount } from '../../src/clients/thingpark/client.ts';
import { sandboxThingspace } from '../../src/clients/thingspace/sandbox-account.ts';
import { thingpark } from '../../src/providers/thingpark.ts';
import { sandboxConnections } from '../../src/server/select-connections.ts';
import { startListening, temporaryFile } from './children.ts';

export interface SandboxProcess {
  url: string;
  /** Calls the admin API. */
  adminApi<T = unknown>(path: string, body?: unknown): Promise<T>;
  stop(): Promise<void>;
}

export async function startSandbox(fleet: number): Promise<SandboxProcess> {
  const { url, stop } = await startListening(['sandbox', '--port', '0', '--fleet', String(fleet)]);
  return {
    url,
    stop,
    async adminApi<T>(path: string, body?: unknown): Promise<T> {
      const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      const response = await fetch(`${url}/_sandbox/${path}`, sent);
      if (!response.ok) throw new Error(`the second door answered ${response.status}`);
      return (await response.json()) as T;
    },
  };
}

/** The settings of the sandbox's ThingPark connection at this URL. */
export function thingparkSettings(url: string, perSecond?: number): ConnectionSettings {
  const [found] = sandboxConnections([thingpark], url);
  if (!found) throw new Error('the sandbox has no ThingPark account');
  return { ...found, perSecond };
}

/** Writes a configuration file with the ThingSpace connection only, where a change with many targets needs no typed count. */
export function thingspaceConfigFile(url: string): string {
  const { account, appKey, appSecret, username, password } = sandboxThingspace;
  const keys = { appKey, appSecret, username, password, account };
  const connection = { name: 'ts', provider: 'thingspace', sandbox: true, writes: 'on', url, ...keys };
  return temporaryFile('config-sims.json', { connections: [connection], policy: { typedFrom: 1_000_000 } });
}

/** Writes a configuration file with the ThingPark connection only; with `dxOnly`, without OSS. */
export function thingparkConfigFile(url: string, dxOnly = false): string {
  const settings = thingparkSettings(url);
  const { oss, dx } = settings.settings as ThingparkAccount;
  const connection = { name: 'tp', provider: 'thingpark', sandbox: true, writes: 'on', ...(dxOnly ? {} : { oss }), dx };
  return temporaryFile(`config${dxOnly ? '-dx' : ''}.json`, { connections: [connection] });
}
