/** The texts of a request, and the hosts among them. */
import type { AnyEndpoint, AnyInput } from '../clients/http/endpoint.ts';
import { requestFields } from './document/request-fields.ts';

/** A text or number of a request with the path of its field, without positions in lists: `body.devices.ipAddress`. */
export interface Leaf {
  path: string;
  text: string;
}

export function leavesOf(value: unknown, path = ''): Leaf[] {
  if (typeof value === 'string' || typeof value === 'number') return [{ path, text: String(value) }];
  if (Array.isArray(value)) return value.flatMap((item) => leavesOf(item, path));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, item]) => leavesOf(item, path === '' ? name : `${path}.${name}`));
}

/** Members that hold a host, a list of hosts, or the account in front of a cloud's host. */
const hostMember = /(host|hosts|hostname|servers?|brokers?|endpoint|url|uri|addresses|destination|prefix|proxy)$/i;

/** Members that hold a host where there is a dot in it; other addresses are those of devices on a radio network. */
const addressMember = /(address|ip|domain)$/i;

/** Members of a record of any members in which a text with dots is no host: topics, queues, logins. */
const otherMember = /(topic|pattern|exchange|queue|routing_?key|user|user_?name|login|client_?id|name|tag|label|description)\w*$/i;

/** Where a request sends to. */
export interface Addresses {
  /** Each host with its port, in lower case and its ASCII form. */
  hosts: readonly string[];
  /** Paths of the addresses from which no reader can tell one host: with a user, a fragment or other signs in them. */
  unclear: readonly string[];
}

/**
 * The hosts that a request names: in members that hold one by their name, in URLs, and in every member that the contract leaves open and whose
 * text may be a host. `except` is the value of a secret, which says nothing of where the request goes.
 */
export function addressesIn(operation: AnyEndpoint, inputs: readonly AnyInput[], except: readonly string[]): Addresses {
  const hosts = new Set<string>();
  const unclear = new Set<string>();
  const fields = requestFields(
    inputs.map((input) => ({ input, targets: [] })),
    operation,
  );
  for (const { path, value, open } of fields) {
    // A cell of a file names no host.
    if (typeof value !== 'string' || except.includes(value) || path.startsWith(`body.${operation.file?.member}.`)) continue;
    for (const token of addressesOf(path, value, open)) {
      const host = hostOf(token);
      if (host === undefined) unclear.add(path);
      else hosts.add(host);
    }
  }
  return { hosts: [...hosts], unclear: [...unclear] };
}

/** The parts of a text that may say where the request goes. */
function addressesOf(path: string, text: string, open: boolean): string[] {
  const tokens = text.split(/[\s,;]+/).filter((token) => token !== '');
  const names = open ? path.split('.') : [path];
  if (names.some((name) => hostMember.test(name)) || (addressMember.test(path) && text.includes('.'))) return tokens;
  const isOther = otherMember.test(path);
  return tokens.filter((token) => /:\/\//.test(token) || (open && (isOther ? withPort : mayBeHost).test(token)));
}

const withPort = /^[/\\]{2}|^[^\s/]*[\p{L}\p{N}]\.[\p{L}\p{N}-]+:\d{1,5}\b|=\S*\.\S*/u;
const mayBeHost =
  /^[/\\]{2}|@\S*\.|=\S*\.\S|[\p{L}\p{N}]\.(\p{L}[\p{L}\p{N}-]+|\d{1,3})(:\d{1,5})?([/?#]|$)|^[\p{L}\p{N}-]+:\d{2,5}$|^\[[\da-f:.]+\]/iu;

/** The host of a plain address or URL with its port; undefined where a reader may take another part of it for the host. */
function hostOf(token: string): string | undefined {
  const url = /^[a-z][a-z\d+.-]*:\/\//i.test(token);
  if (!url && !/^([\p{L}\p{M}\p{N}_.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/iu.test(token)) return undefined;
  if (/[@#\\]/.test(token)) return undefined;
  const ascii = url ? token : `ws://${token}`;
  if (!URL.canParse(ascii)) return url ? undefined : token.toLowerCase();
  const { host, hostname } = new URL(ascii);
  if (host === '') return undefined;
  // A parser leaves out the usual port of a scheme; the binding may name it.
  const port = /^(?:[a-z][a-z\d+.-]*:\/\/)?(?:\[[^\]]*\]|[^/?#:]*):(\d{1,5})(?:[/?#]|$)/i.exec(token)?.[1];
  return (port === undefined ? hostname : `${hostname}:${port}`).toLowerCase();
}
