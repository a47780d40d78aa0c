import { createRequestStateCodec, type ServerContext } from '@modelcontextprotocol/server';

import type { Policy } from '../changes/policy.ts';
import type { Logger } from '../log.ts';
import type { Redactor } from '../text/redact.ts';
import type { AnyTool, ToolContext } from './define.ts';
import type { Secrets } from './secrets.ts';

/** What a tool may use, before a call begins. */
export type CallerServices = Omit<ToolContext, 'caller' | 'signal' | 'progress'>;

/** What the surface of one server is made of. */
export interface ServerSurface {
  tools: readonly AnyTool[];
  /** Why a known tool is not offered, for the answer to a call of it. */
  whyNotOffered(name: string): string | undefined;
  /** The services of all callers. */
  services: Omit<CallerServices, 'changes' | 'rights'>;
  /** The services as this caller may use them. */
  servicesOf(caller: string): CallerServices;
  policy: Policy;
  log: Logger;
  redactor: Redactor;
  secrets: Secrets;
  codec: ReturnType<typeof createRequestStateCodec<ApprovalState>>;
}

/** What a question carries through the client: signed, no secrets. */
export interface ApprovalState {
  change: string;
  intent: string;
}

/** The signed state of a question; binds method and caller, and is valid a little longer than a plan. */
export function approvalStateCodec(key: Uint8Array, policy: Policy): ServerSurface['codec'] {
  return createRequestStateCodec<ApprovalState>({
    key,
    ttlSeconds: policy.planMinutes * 60 + 60,
    bind: (ctx) => `${ctx.mcpReq.method}\0${callerOf(ctx)}`,
  });
}

/** Over HTTP the token's name, over stdio the process. */
export function callerOf(ctx: ServerContext): string {
  return ctx.http?.authInfo?.clientId ?? 'local';
}
