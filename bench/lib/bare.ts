/** Provider calls without the product: undici with keep-alive, and one token. */
import { Agent, request } from 'undici';

import { sandboxThingpark } from '../../src/clients/thingpark/sandbox-account.ts';
import { sandboxThingspace } from '../../src/clients/thingspace/sandbox-account.ts';

export interface BareClient {
  get(path: string): Promise<unknown>;
  post(path: string, body: unknown): Promise<unknown>;
  token: string;
  close(): Promise<void>;
}

export async function bareOss(url: string): Promise<BareClient> {
  return bare(url, '/users-auth/protocol/openid-connect/token', sandboxThingpark.oss);
}

export async function bareDx(url: string): Promise<BareClient> {
  return bare(url, '/core/v141/api/oauth/token', sandboxThingpark.dx);
}

export async function bareThingspace(url: string): Promise<BareClient> {
  const { send, close } = makeSender(url);
  const { appKey, appSecret, username, password } = sandboxThingspace;
  const basic = { ...asForm, authorization: `Basic ${Buffer.from(`${appKey}:${appSecret}`).toString('base64')}` };
  const { access_token: token } = await send<Token>('POST', '/api/ts/v1/oauth2/token', basic, 'grant_type=client_credentials');
  const outer = { accept: 'application/json', authorization: `Bearer ${token}` };
  const login = JSON.stringify({ username, password });
  const { sessionToken } = await send<{ sessionToken: string }>('POST', '/api/m2m/v1/session/login', { ...outer, ...asJson }, login);
  return withHeaders(token, { ...outer, 'vz-m2m-token': sessionToken }, { send, close });
}

async function bare(url: string, tokenPath: string, key: { clientId: string; clientSecret: string }): Promise<BareClient> {
  const { send, close } = makeSender(url);
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: key.clientId, client_secret: key.clientSecret });
  const { access_token: token } = await send<Token>('POST', tokenPath, asForm, form.toString());
  return withHeaders(token, { accept: 'application/json', authorization: `Bearer ${token}` }, { send, close });
}

type Token = { access_token: string };
const asForm = { 'content-type': 'application/x-www-form-urlencoded' };
const asJson = { 'content-type': 'application/json' };

function makeSender(url: string) {
  const agent = new Agent({ connections: 64, allowH2: false });
  const send = async <T>(method: 'GET' | 'POST', path: string, headers: Record<string, string>, body?: string): Promise<T> => {
    const answer = await request(`${url}${path}`, { method, dispatcher: agent, headers, ...(body === undefined ? {} : { body }) });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${path} answered ${answer.statusCode}: ${text.slice(0, 200)}`);
    return JSON.parse(text) as T;
  };
  return { send, close: () => agent.close() };
}

function withHeaders(token: string, headers: Record<string, string>, { send, close }: ReturnType<typeof makeSender>): BareClient {
  return {
    token,
    get: (path) => send('GET', path, headers),
    post: (path, body) => send('POST', path, { ...headers, ...asJson }, JSON.stringify(body)),
    close,
  };
}
