/** The schema of the PostgreSQL store. Statements run on PostgreSQL 15 and later. */
import type { PoolClient } from 'pg';

import { StoreFailed } from '../store-failed.ts';

/**
 * Each entry migrates the schema to the next version, and only adds to it: a server of the version before goes on working. The text of a
 * change is `text`, not `jsonb`: jsonb does not take every string and reorders members, which would break the hashes of the record.
 */
const migrations = [
  `CREATE TABLE changes (
     n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text NOT NULL UNIQUE, status text NOT NULL, intent text NOT NULL,
     connection text NOT NULL, caller text NOT NULL, created bigint NOT NULL, preview boolean NOT NULL, expires bigint NOT NULL,
     claim_line bigint, lease_until bigint, resumes text, undoes text, approved boolean NOT NULL, body text NOT NULL);
   CREATE INDEX changes_by_intent ON changes (intent, n);
   CREATE INDEX changes_by_time ON changes (created);
   CREATE INDEX changes_by_status ON changes (status, n);
   CREATE INDEX changes_by_connection ON changes (connection, n);
   CREATE INDEX changes_by_caller ON changes (caller, n);
   CREATE INDEX changes_approved ON changes (n) WHERE status = 'awaiting_approval' AND approved;
   CREATE UNIQUE INDEX one_under_way ON changes (intent) WHERE status = 'applying' AND NOT preview;
   CREATE TABLE targets (device text NOT NULL, change text NOT NULL REFERENCES changes (id) ON DELETE CASCADE);
   CREATE INDEX targets_by_device ON targets (upper(device));
   CREATE INDEX targets_by_change ON targets (change);
   CREATE TABLE requests (receipt text NOT NULL, change text NOT NULL REFERENCES changes (id) ON DELETE CASCADE);
   CREATE INDEX requests_by_receipt ON requests (receipt);
   CREATE TABLE sent (change text PRIMARY KEY REFERENCES changes (id) ON DELETE CASCADE, hash text NOT NULL, body text NOT NULL);
   CREATE TABLE audit (seq bigint PRIMARY KEY, body text NOT NULL, hash text NOT NULL);
   CREATE INDEX audit_by_day ON audit (substr(body, 8, 10));
   CREATE TABLE head (one boolean PRIMARY KEY DEFAULT true CHECK (one), seq bigint NOT NULL, hash text NOT NULL, newest bigint NOT NULL);
   CREATE TABLE spent (at bigint NOT NULL, body text NOT NULL);
   CREATE INDEX spent_by_time ON spent (at);
   CREATE TABLE notes (name text PRIMARY KEY, value text NOT NULL);`,
  // Targets, steps and inputs of large changes in parts, so that a step writes what it has changed. Each write of a change raises its version.
  `ALTER TABLE changes ADD COLUMN version bigint NOT NULL DEFAULT 0;
   CREATE TABLE parts (change text NOT NULL REFERENCES changes (id) ON DELETE CASCADE, kind text NOT NULL, n integer NOT NULL,
     body text NOT NULL, PRIMARY KEY (change, kind, n));`,
  // A server of version 1 cannot read parts. A version without statements keeps it from accepting the one above.
  '',
];

/** The newest version that this program knows. */
export const schemaVersion = migrations.length;

/** Any number, the same for all servers: migrations wait for each other. */
const migrationLock = 4_711_020_261;

/**
 * Brings the schema up to date, one server at a time. A schema that is one version newer is accepted, so that servers can be replaced one
 * after another; throws a StoreFailed for a still newer one.
 */
export async function migrate(client: PoolClient, genesis: string): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
    await client.query(
      'CREATE TABLE IF NOT EXISTS schema_version (one boolean PRIMARY KEY DEFAULT true CHECK (one), version integer NOT NULL)',
    );
    const { rows } = await client.query<{ version: number }>('SELECT version FROM schema_version');
    const version = rows[0]?.version ?? 0;
    if (version > schemaVersion + 1)
      throw new StoreFailed(
        `the database has schema version ${version}, this program knows versions up to ${schemaVersion}`,
        'An operator must update this server, or give it another database.',
      );
    for (const step of migrations.slice(version)) await client.query(step);
    if (version < schemaVersion) {
      await client.query('INSERT INTO schema_version (version) VALUES ($1) ON CONFLICT (one) DO UPDATE SET version = excluded.version', [
        schemaVersion,
      ]);
      await client.query('INSERT INTO head (seq, hash, newest) VALUES (0, $1, 0) ON CONFLICT DO NOTHING', [genesis]);
      await client.query(
        "INSERT INTO notes (name, value) VALUES ('record', md5(random()::text || clock_timestamp()::text)) ON CONFLICT DO NOTHING",
      );
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
