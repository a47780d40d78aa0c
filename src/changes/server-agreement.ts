/**
 * Whether the servers on one store agree: the same connection name must mean the same account, and the rules must be the same, or a change that
 * one server planned would be carried out by another one elsewhere or under other rules.
 */
import { createHmac } from 'node:crypto';

import type { Clock } from '../clock.ts';
import type { ChangeStore } from '../store/store.ts';
import { canonicalJson } from '../text/canonical-json.ts';
import { withoutSecrets } from '../text/redact.ts';

/** What a server says of itself in the store. */
interface Presence {
  /** ms since 1970. */
  at: number;
  version: string;
  /** Version of its rules. */
  policy: string;
  /** A fingerprint by connection name. */
  connections: Readonly<Record<string, string>>;
}

export interface ServerAgreement {
  /** Tells the other servers of this one; call it every 20 s. */
  announce(): Promise<void>;
  /** Why changes of a connection are refused for now; undefined if all servers agree. */
  conflictOn(connection: string): Promise<string | undefined>;
}

export interface AgreementOptions {
  store: Pick<ChangeStore, 'update' | 'value'>;
  clock: Clock;
  /** Identifies this server. */
  session: string;
  version: string;
  policy(): string;
  connections: Readonly<Record<string, string>>;
}

/** A server that has not announced itself for this long has ended, ms. */
const lifetime = 60_000;
export const announcedEvery = 20_000;
const key = 'servers';

export function makeServerAgreement({ store, clock, session, version, policy, connections }: AgreementOptions): ServerAgreement {
  return {
    async announce() {
      const at = clock.now();
      await store.update<Record<string, Presence>>(key, (known = {}) => {
        const alive = Object.entries(known).filter(([id, presence]) => id !== session && presence.at > at - lifetime);
        return { ...Object.fromEntries(alive), [session]: { at, version, policy: policy(), connections } };
      });
    },
    async conflictOn(connection) {
      const known = (await store.value<Record<string, Presence>>(key)) ?? {};
      for (const [id, other] of Object.entries(known)) {
        if (id === session || other.at <= clock.now() - lifetime) continue;
        const theirs = other.connections[connection];
        if (theirs === undefined) continue;
        const who = `another server on this store (${id}, version ${other.version})`;
        if (theirs !== connections[connection]) return `${who} has another provider, address or account for connection ${connection}`;
        if (other.policy !== policy()) return `${who} decides by another policy (version ${other.policy}, here ${policy()})`;
      }
      return undefined;
    },
  };
}

/** A fingerprint of a connection: provider, addresses and account, without its secrets, so that these can be renewed one server at a time. */
export function connectionFingerprint(hashKey: Buffer, { provider, settings }: { provider: string; settings: unknown }): string {
  return createHmac('sha256', hashKey)
    .update(canonicalJson({ provider, settings: withoutSecrets(settings) }))
    .digest('base64url')
    .slice(0, 22);
}
