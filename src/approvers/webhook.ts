/** Announces changes that wait for approval: a POST signed according to Standard Webhooks. It never delays a change. */
import { createHmac } from 'node:crypto';

import type { Fetch } from '../clients/http/client.ts';
import { type Clock, instant } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { Change } from '../store/change.ts';
import { approvalsNeeded } from './approval.ts';

export interface WebhookOptions {
  /** https, or http on loopback. */
  url: string;
  /** `whsec_` and base64, or the plain text of a shared secret. */
  secret: string;
  fetch: Fetch;
  clock: Clock;
  /** Returns the id of a message. All tries of a message use the same id. */
  newId(): string;
  /** URL of a change in the console, if known. */
  link?: ((id: string) => string) | undefined;
  /** Gets a warning for a message that could not be delivered. */
  log: Logger;
}

/** Announces a change that starts to wait. Resolves when the message is delivered or given up; never rejects. */
export type Announce = (change: Change) => Promise<void>;

/** Pauses before the second and third try, ms. */
const pauses = [2_000, 10_000];
const timeout = 10_000;

/** Makes the webhook: up to three tries, each with a timeout of 10 s. */
export function makeWebhook(parts: WebhookOptions): Announce {
  const { url, clock, newId, link, log } = parts;
  const key = keyOf(parts.secret);

  /** Sends the message once. Undefined if it was accepted, otherwise the reason, without the URL. */
  const post = async (id: string, body: string): Promise<string | undefined> => {
    const timestamp = String(Math.floor(clock.now() / 1000));
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
    const abort = new AbortController();
    const cancel = clock.later(timeout, () => abort.abort());
    try {
      const reply = await parts.fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': timestamp,
          'webhook-signature': `v1,${signature}`,
        },
        body,
        signal: abort.signal,
      });
      await reply.text();
      return reply.status >= 200 && reply.status < 300 ? undefined : `HTTP ${reply.status}`;
    } catch (error) {
      return abort.signal.aborted ? `no response within ${timeout / 1000} s` : codeOf(error);
    } finally {
      cancel();
    }
  };

  return async (change) => {
    const id = newId();
    const body = JSON.stringify(messageOf(change, link));
    let why = await post(id, body);
    for (const pause of pauses) {
      if (why === undefined) return;
      await clock.sleep(pause);
      why = await post(id, body);
    }
    // The path of a webhook URL is often a secret, so only the host is logged.
    if (why === undefined) return;
    const { id: changeId, connection } = change;
    log.warn(`webhook ${new URL(url).host}: ${changeId} could not be announced: ${why}`, { connection, change: changeId });
  };
}

function messageOf(change: Change, link: WebhookOptions['link']) {
  return {
    type: 'approval.waiting',
    change: change.id,
    summary: change.summary,
    rule: change.decision?.rule,
    needed: approvalsNeeded(change),
    connection: change.connection,
    sandbox: change.sandbox,
    caller: change.caller,
    effects: change.effects,
    irreversible: change.irreversible,
    count: change.targets.filter((target) => target.outcome !== 'unchanged').length,
    expires: instant(change.expires),
    url: link?.(change.id),
  };
}

function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret);
}

/** The code or name of an error. Its message is not used, because it may contain the URL. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return cause instanceof Error ? cause.name : 'unknown problem';
}
