/** The schema of the SQLite store. */
import type { Status } from './change.ts';

/** Statuses as an SQL list. Only for constants, which need no escaping. */
export const listed = (statuses: readonly Status[]): string => statuses.map((one) => `'${one}'`).join(', ');

export const someApproved = "status = 'awaiting_approval' AND json_extract(body, '$.approvals') IS NOT NULL";

/** Each entry migrates the schema to the next version. */
export const migrations = [
  `CREATE TABLE changes (
     id TEXT PRIMARY KEY, status TEXT NOT NULL, intent TEXT NOT NULL, connection TEXT NOT NULL,
     created INTEGER NOT NULL, preview INTEGER NOT NULL, body TEXT NOT NULL
   ) STRICT;
   CREATE INDEX changes_by_intent ON changes (intent, status);
   CREATE INDEX changes_by_time ON changes (created);
   CREATE TABLE targets (device TEXT NOT NULL COLLATE NOCASE, change TEXT NOT NULL REFERENCES changes (id) ON DELETE CASCADE) STRICT;
   CREATE INDEX targets_by_device ON targets (device);`,
  'CREATE TABLE audit (seq INTEGER PRIMARY KEY, body TEXT NOT NULL, hash TEXT NOT NULL) STRICT;',
  // The unique index guarantees that no two changes with the same intent are ever applied at the same time.
  `CREATE UNIQUE INDEX one_under_way ON changes (intent) WHERE status = 'applying' AND preview = 0;
   CREATE INDEX changes_by_status ON changes (status);
   CREATE TABLE spent (at INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
   CREATE INDEX spent_by_time ON spent (at);
   CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;`,
  // Queried with every callback and every second, so the large JSON bodies must not be scanned.
  `CREATE TABLE requests (receipt TEXT NOT NULL, change TEXT NOT NULL REFERENCES changes (id) ON DELETE CASCADE) STRICT;
   CREATE INDEX requests_by_receipt ON requests (receipt);
   INSERT INTO requests
     SELECT json_extract(step.value, '$.receipt'), changes.id FROM changes, json_each(body, '$.steps') AS step
     WHERE json_extract(step.value, '$.receipt') IS NOT NULL;
   CREATE INDEX changes_approved ON changes (created) WHERE ${someApproved};`,
  // Identifies the record, so that a new file in its place is noticed.
  "INSERT OR IGNORE INTO notes (name, value) VALUES ('record', lower(hex(randomblob(16))));",
  // Lists are counted and paged by indexes alone: bodies are long. The day is the beginning of a line.
  `ALTER TABLE changes ADD COLUMN caller TEXT NOT NULL DEFAULT '';
   UPDATE changes SET caller = json_extract(body, '$.caller');
   CREATE INDEX changes_listed ON changes (preview) WHERE preview = 0;
   CREATE INDEX changes_by_connection ON changes (connection);
   CREATE INDEX changes_listed_by_connection ON changes (connection) WHERE preview = 0;
   CREATE INDEX changes_by_caller ON changes (caller);
   CREATE INDEX changes_listed_by_caller ON changes (caller) WHERE preview = 0;
   CREATE INDEX audit_by_day ON audit (substr(body, 8, 10));`,
  // The requests of a change as they were claimed, secrets hidden; the record holds their hash. They go with the change.
  `CREATE TABLE sent (change TEXT PRIMARY KEY REFERENCES changes (id) ON DELETE CASCADE, hash TEXT NOT NULL, body TEXT NOT NULL) STRICT;`,
  // Targets, steps and inputs of large changes in parts, so that a step writes what it has changed. Each write of a change raises its version.
  `ALTER TABLE changes ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
   CREATE TABLE parts (
     change TEXT NOT NULL REFERENCES changes (id) ON DELETE CASCADE, kind TEXT NOT NULL, n INTEGER NOT NULL, body TEXT NOT NULL,
     PRIMARY KEY (change, kind, n)
   ) STRICT, WITHOUT ROWID;`,
];
