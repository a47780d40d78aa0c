/** The provider called without us: undici, connections kept, a token fetched once. */
import { Agent, request } from 'undici';

import { sandboxThingpark } from '../../src/sandbox/thingpark/seed.ts';

export interface Bare {
  get(path: string): Promise<unknown>;
  post(path: string, body: unknown): Promise<unknown>;
  token: string;
  close(): Promise<void>;
}

export async function bareOss(url: string): Promise<Bare> {
  return bare(url, '/users-auth/protocol/openid-connect/token', sandboxThingpark.oss);
}

export async function bareDx(url: string): Promise<Bare> {
  return bare(url, '/core/v141/api/oauth/token', sandboxThingpark.dx);
}

async function bare(url: string, tokenPath: string, key: { clientId: string; clientSecret: string }): Promise<Bare> {
  const agent = new Agent({ connections: 64, allowH2: false });
  const send = async (method: 'GET' | 'POST', path: string, headers: Record<string, string>, body?: string): Promise<unknown> => {
    const answer = await request(`${url}${path}`, { method, dispatcher: agent, headers, ...(body === undefined ? {} : { body }) });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${path} answered ${answer.statusCode}: ${text.slice(0, 200)}`);
    return JSON.parse(text);
  };
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: key.clientId, client_secret: key.clientSecret });
  const said = await send('POST', tokenPath, { 'content-type': 'application/x-www-form-urlencoded' }, form.toString());
  const { access_token: token } = said as { access_token: string };
  const headers = { accept: 'application/json', authorization: `Bearer ${token}` };
  return {
    token,
    get: (path) => send('GET', path, headers),
    post: (path, body) => send('POST', path, { ...headers, 'content-type': 'application/json' }, JSON.stringify(body)),
    close: () => agent.close(),
  };
}
