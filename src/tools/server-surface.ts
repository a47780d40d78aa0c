import { createRequestStateCodec, type ServerContext } from '@modelcontextprotocol/server';

import type { Policy } from '../changes/policy.ts';
import type { Logger } from '../log.ts';
import type { Secrets } from '../text/named-secret.ts';
import type { Redactor } from '../text/redact.ts';
import type { AnyTool, ToolContext } from './define.ts';

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
  /** Number of configured approvers, who approve outside the chat. */
  approverCount: number;
  log: Logger;
  redactor: Redactor;
  secrets: Secrets;
  /** The secrets in the inputs of the open changes of a caller. */
  secretsOf(caller: string): readonly string[];
  codec: ReturnType<typeof createRequestStateCodec<ApprovalState>>;
}

/** What a question carries through the client: signed, no secrets. */
export interface ApprovalState {
  change: string;
  intent: string;
}

/** The signed state of a question; binds method and caller. Whether an answer still counts is decided by the plan, so that a late one learns why not. */
export function approvalStateCodec(keys: readonly Uint8Array[]): ServerSurface['codec'] {
  const [current, ...former] = keys.map((key) =>
    createRequestStateCodec<ApprovalState>({
      key,
      ttlSeconds: 24 * 60 * 60,
      bind: (ctx) => `${ctx.mcpReq.method}\0${callerOf(ctx)}`,
    }),
  );
  if (!current) throw new Error('a codec needs a key');
  return {
    ...current,
    verify: (state, ctx) =>
      former.reduce((verified, codec) => verified.catch(() => codec.verify(state, ctx)), Promise.resolve(current.verify(state, ctx))),
  };
}

/** Over HTTP the token's name, over stdio the process. */
export function callerOf(ctx: ServerContext): string {
  return ctx.http?.authInfo?.clientId ?? 'local';
}
