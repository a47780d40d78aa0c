/** Checks what serving over HTTP needs: caller tokens, the port, the public address, and where callbacks arrive. */

import type { RegisteredCallback } from '../clients/connect.ts';
import type { Fetch } from '../clients/http/client.ts';
import { networkProblem } from '../clients/http/network-error.ts';
import { missingTokens } from '../config/caller-tokens.ts';
import type { Config } from '../config.ts';
import { callbacksArePosted, makeHttpApp, whereMcpIs } from '../web/http-app.ts';
import { listen } from '../web/listen.ts';
import { type Checked, type Finding, finding, together } from './finding.ts';
import { silentLog } from './silent-log.ts';

export interface HttpDeps {
  fetch: Fetch;
  /** The port of the server. */
  port: number;
  /** Whether a connection to a real provider is used. */
  live: boolean;
  /** The addresses at which a provider delivers callbacks of a connection; undefined where it could not be asked. */
  registered(connection: string): Promise<readonly RegisteredCallback[] | undefined>;
}

/** Whether a configuration is for a server over HTTP. */
export function isForHttp({ callers, listeners, http }: Pick<Config, 'callers' | 'listeners' | 'http'>): boolean {
  return callers.size > 0 || listeners.length > 0 || http.publicUrl !== undefined;
}

export async function checkHttp(config: Config, deps: HttpDeps): Promise<Checked> {
  const noTokens = missingTokens(config, deps.live);
  const tokens = noTokens === undefined ? [] : [finding('tokens-missing', 'callers', noTokens, tokenFix)];
  const door = await openDoor(config, deps);
  try {
    return together([{ facts: [], findings: tokens }, door.checked, ...(door.answers ? await checkAddresses(config, deps) : [])]);
  } finally {
    await door.close();
  }
}

const tokenFix =
  'Make one with "openssl rand -hex 24" and set "callers": { "<name>": { "file": "<file with the token>" } } in the configuration.';

interface Door {
  checked: Checked;
  /** Whether this server, or what stands in for it, listens. */
  answers: boolean;
  close(): Promise<void>;
}

/**
 * Listens at the port as the server would, so that public addresses can be tried; a server of ours that runs there is left alone. It takes
 * no callback: the carrier is told to come again.
 */
async function openDoor(config: Config, { port, fetch }: HttpDeps): Promise<Door> {
  const { host } = config.http;
  const web = makeHttpApp({
    build: () => {
      throw new Error('this is a check, not a server');
    },
    log: silentLog,
    callers: config.callers,
    allowedHosts: config.http.allowedHosts,
    allowedOrigins: config.http.allowedOrigins,
    callbacks: { receive: async () => busy(), listens: (name) => config.listeners.some(({ connection }) => connection === name) },
  });
  try {
    const listening = await listen((request, address) => (request.method === 'GET' ? web.fetch(request, address) : busy()), host, port);
    const close = async (): Promise<void> => {
      await listening.close();
      await web.close();
    };
    return { checked: { facts: [{ at: 'port', seen: `${port} on ${host} is free` }], findings: [] }, answers: true, close };
  } catch (error) {
    await web.close();
    const close = async (): Promise<void> => undefined;
    if (await isOurs(`http://${urlHost(host)}:${port}`, fetch))
      return {
        checked: { facts: [{ at: 'port', seen: `${port}: an iot-ops-mcp server runs there` }], findings: [] },
        answers: true,
        close,
      };
    return { checked: { facts: [], findings: [portFinding(error, host, port)] }, answers: false, close };
  }
}

const busy = (): Response => new Response(null, { status: 503, headers: { 'retry-after': '60' } });

/** An address to bind as one to call. */
const urlHost = (host: string): string =>
  host === '0.0.0.0' ? '127.0.0.1' : host.includes(':') ? `[${host === '::' ? '::1' : host}]` : host;

function portFinding(error: unknown, host: string, port: number): Finding {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  if (code === 'EADDRINUSE')
    return finding(
      'port-taken',
      `port ${port}`,
      `another program listens on ${host}:${port}`,
      `Find it with "lsof -i :${port}", or start with another: iot-ops-mcp http --port ${port + 1}`,
    );
  const why = code === 'EACCES' ? 'this user may not use it' : code === 'EADDRNOTAVAIL' ? `${host} is no address of this machine` : code;
  return finding(
    'port-refused',
    `port ${port}`,
    `${host}:${port} cannot be used: ${why}`,
    'Correct "http.host" (127.0.0.1 behind a proxy on this machine), or take a port above 1023.',
  );
}

interface Answer {
  status: number;
  text: string;
}

const timeoutMs = 8000;

/** A GET, whose answer is read; a text where none came. */
async function get(url: string, send: Fetch): Promise<Answer | string> {
  try {
    const response = await send(url, { method: 'GET', headers: {}, signal: AbortSignal.timeout(timeoutMs) });
    return { status: response.status, text: (await response.text()).slice(0, 2000) };
  } catch (error) {
    return error instanceof DOMException ? `no answer within ${timeoutMs / 1000} s` : networkProblem(error).reason;
  }
}

/** Whether a server of ours answers: its words for an unknown path name the MCP endpoint. */
async function isOurs(base: string, fetch: Fetch): Promise<boolean> {
  const answer = await get(`${base}/`, fetch);
  return typeof answer !== 'string' && answer.status === 404 && answer.text.includes(whereMcpIs);
}

async function checkAddresses(config: Config, deps: HttpDeps): Promise<Checked[]> {
  const { publicUrl } = config.http;
  const known = publicUrl === undefined ? [] : [await checkPublicUrl(publicUrl, deps)];
  return [...known, ...(await Promise.all(config.listeners.map(({ connection }) => checkCallbacks(connection, publicUrl, deps))))];
}

async function checkPublicUrl(publicUrl: string, { fetch, port }: HttpDeps): Promise<Checked> {
  const answer = await get(`${publicUrl}/health`, fetch);
  if (typeof answer !== 'string' && answer.status === 200 && answer.text.includes('"status":"ok"'))
    return { facts: [{ at: 'publicUrl', seen: `${publicUrl} leads here` }], findings: [] };
  const seen =
    typeof answer === 'string'
      ? `nothing answers: ${answer}`
      : `${publicUrl}/health answers HTTP ${answer.status}, not that of this server`;
  const fix = `Let the proxy of ${publicUrl} pass requests to port ${port} with the Host header unchanged, or correct "http.publicUrl".`;
  return { facts: [], findings: [finding('public-url-unreachable', publicUrl, seen, fix)] };
}

async function checkCallbacks(connection: string, publicUrl: string | undefined, { registered, fetch }: HttpDeps): Promise<Checked> {
  const path = `/callbacks/${connection}`;
  const right = `${publicUrl ?? 'https://<public address>'}${path}`;
  const fix = `Register ${right} at the provider: with the tool change_operation, which plans it for approval.`;
  const targets = await registered(connection);
  if (targets === undefined) return { facts: [], findings: [] };
  if (targets.length === 0)
    return {
      facts: [],
      findings: [
        finding('callback-not-registered', connection, 'a listener is configured, but the provider delivers callbacks to none', fix),
      ],
    };
  const urls = [...new Set(targets.map(({ url }) => url))];
  return together(await Promise.all(urls.map((url) => checkCallback(url, { connection, path, fix, fetch }))));
}

interface Delivery {
  connection: string;
  path: string;
  fix: string;
  fetch: Fetch;
}

async function checkCallback(url: string, { connection, path, fix, fetch }: Delivery): Promise<Checked> {
  const answer = await get(url, fetch);
  if (typeof answer === 'string')
    return {
      facts: [],
      findings: [
        finding(
          'callback-unreachable',
          connection,
          `the provider delivers callbacks to ${url}, where nothing answers: ${answer}`,
          `Start the server or its proxy there. ${fix}`,
        ),
      ],
    };
  if (answer.text.includes(callbacksArePosted(connection)))
    return { facts: [{ at: connection, seen: `callbacks arrive at ${url}` }], findings: [] };
  const seen = `the provider delivers callbacks to ${url}, which answers HTTP ${answer.status} and does not lead to ${path} of this server`;
  const more =
    answer.status === 403
      ? `Add ${URL.parse(url)?.hostname ?? 'its host name'} to "http.allowedHosts", or let the proxy pass the Host header of "http.publicUrl".`
      : `The path must be ${path}. ${fix}`;
  return { facts: [], findings: [finding('callback-misdirected', connection, seen, more)] };
}
