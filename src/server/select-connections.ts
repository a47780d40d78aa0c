/** Which connections a server uses, and which one a call means. */
import type { Connection, ConnectionSettings } from '../clients/connect.ts';
import { Refusal } from '../clients/http/errors.ts';
import type { Config } from '../config.ts';
import { type ProviderModule, sandboxName } from '../providers/provider-module.ts';
import { nearest } from '../vocabulary.ts';

/** The address under which the sandbox of this process is called; nothing listens there. */
export const embeddedSandboxUrl = 'http://sandbox.invalid';

/** The sandbox's own accounts, one per provider: in this process, or at the `url` of a sandbox on a port. */
export function sandboxConnections(providers: readonly ProviderModule[], url?: string): ConnectionSettings[] {
  return providers.map((provider) => ({
    name: sandboxName(provider),
    provider: provider.name,
    sandbox: true,
    writes: true,
    allowGuessed: true,
    settings: provider.sandbox.settings(url ?? embeddedSandboxUrl),
    embedded: url === undefined,
  }));
}

/** The names of all connections that a server of this configuration could use. */
export function connectionNamesOf(config: Pick<Config, 'connections'>, providers: readonly ProviderModule[]): string[] {
  return [...config.connections, ...sandboxConnections(providers)].map(({ name }) => name);
}

/** The named connections; else all configured ones; else the sandbox. A Refusal where a name is not known. */
export function selectConnections(config: Config, only: readonly string[], providers: readonly ProviderModule[]): ConnectionSettings[] {
  const sandboxed = sandboxConnections(providers);
  if (only.length === 0) return config.connections.length > 0 ? config.connections : sandboxed;
  const all = [...config.connections, ...sandboxed.filter((one) => !config.connections.some((other) => other.name === one.name))];
  return [...new Set(only)].map((name) => {
    const found = all.find((one) => one.name === name);
    if (found) return found;
    const names = all.map((one) => one.name);
    const near = nearest(name, names);
    throw new Refusal(
      `there is no connection ${name}${near ? `, nearest is ${near}` : ''}`,
      `There are: ${names.join(', ')}.`,
      'connection',
    );
  });
}

/** The connection that a name means, or the only one of the providers `of`; a Refusal with the candidates otherwise. */
export function resolveConnection(
  connections: readonly Connection[],
  name: string | undefined,
  of: readonly string[] | undefined,
): Connection {
  const fitting = connections.filter((one) => of?.includes(one.provider) ?? true);
  const candidates = fitting.map((one) => one.name).join(', ') || 'none';
  if (name === undefined) {
    const only = fitting[0];
    if (fitting.length === 1 && only) return only;
    throw new Refusal(
      fitting.length === 0 ? `no ${of ? `${of.join(' or ')} ` : ''}connection is configured` : 'connection: several fit, say which',
      `Candidates: ${candidates}.`,
      'connection',
    );
  }
  const found = fitting.find((one) => one.name === name);
  if (found) return found;
  const other = connections.find((one) => one.name === name);
  const near = nearest(
    name,
    fitting.map((one) => one.name),
  );
  throw new Refusal(
    other && of
      ? `connection: ${name} is a ${other.provider} connection, this needs ${of.join(' or ')}`
      : `connection: there is no ${name.slice(0, 40)}${near ? `, nearest is ${near}` : ''}`,
    `Candidates: ${candidates}.`,
    'connection',
  );
}
