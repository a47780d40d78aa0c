/** The sandbox in another process, on a port, and connections that are played by it. */
import type { ConnectionSettings } from '../../src/clients/connect.ts';
import { sandboxThingspace } from '../../src/clients/thingspace/sandbox-account.ts';
import { sandboxConnections } from '../../src/server.ts';
import { fileOf, listening } from './children.ts';

export interface Served {
  url: string;
  /** The second door. */
  door<T = unknown>(path: string, body?: unknown): Promise<T>;
  stop(): Promise<void>;
}

export async function servedSandbox(fleet: number): Promise<Served> {
  const { url, stop } = await listening(['sandbox', '--port', '0', '--fleet', String(fleet)]);
  return {
    url,
    stop,
    async door<T>(path: string, body?: unknown): Promise<T> {
      const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      const response = await fetch(`${url}/_sandbox/${path}`, sent);
      if (!response.ok) throw new Error(`the second door answered ${response.status}`);
      return (await response.json()) as T;
    },
  };
}

/** The settings of the sandbox's ThingPark account at an address. */
export function thingparkAt(url: string, perSecond?: number): ConnectionSettings {
  const found = sandboxConnections(url).find((one) => one.provider === 'thingpark');
  if (!found) throw new Error('the sandbox has no ThingPark account');
  return { ...found, perSecond };
}

/** A configuration file with the sandbox's ThingSpace account alone; a change for many is asked about with yes and no. */
export function simsConfigOf(url: string): string {
  const { account, appKey, appSecret, username, password } = sandboxThingspace;
  const keys = { appKey, appSecret, username, password, account };
  const connection = { name: 'ts', provider: 'thingspace', sandbox: true, writes: 'on', url, ...keys };
  return fileOf('config-sims.json', { connections: [connection], policy: { typedFrom: 1_000_000 } });
}

/** A configuration file with that account alone; `dx` alone when asked for. */
export function configOf(url: string, dxOnly = false): string {
  const settings = thingparkAt(url);
  if (settings.provider !== 'thingpark') throw new Error('not a ThingPark account');
  const { oss, dx } = settings.thingpark;
  const connection = { name: 'tp', provider: 'thingpark', sandbox: true, writes: 'on', ...(dxOnly ? {} : { oss }), dx };
  return fileOf(`config${dxOnly ? '-dx' : ''}.json`, { connections: [connection] });
}
