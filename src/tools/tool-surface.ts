import { createRequestStateCodec, type ServerContext } from '@modelcontextprotocol/server';

import type { Policy } from '../changes/policy.ts';
import type { Redactor } from '../text/redact.ts';
import type { AnyTool, Context } from './define.ts';
import type { Secrets } from './secrets.ts';

/** What the surface of one server is made of. */
export interface Surface {
  tools: readonly AnyTool[];
  /** Why a known tool is not offered, for the answer to a call of it. */
  absent(name: string): string | undefined;
  context: Omit<Context, 'caller' | 'signal' | 'progress'>;
  policy: Policy;
  redactor: Redactor;
  secrets: Secrets;
  codec: ReturnType<typeof createRequestStateCodec<Asked>>;
}

/** What a question carries through the client: signed, no secrets. */
export interface Asked {
  change: string;
  intent: string;
}

/** The signed state of a question; binds method and caller, lives a little longer than a plan. */
export function questionCodec(key: Uint8Array, policy: Policy): Surface['codec'] {
  return createRequestStateCodec<Asked>({
    key,
    ttlSeconds: policy.planMinutes * 60 + 60,
    bind: (ctx) => `${ctx.mcpReq.method}\0${callerOf(ctx)}`,
  });
}

/** Over HTTP the token's name, over stdio the process. */
export function callerOf(ctx: ServerContext): string {
  return ctx.http?.authInfo?.clientId ?? 'local';
}
