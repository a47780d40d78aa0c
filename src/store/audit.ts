/** The audit log: append-only; the hash of each line covers the line before it. */
import { createHash } from 'node:crypto';

import { canonicalJson } from '../text/canonical-json.ts';
import { spreadsheetLine } from '../text/csv.ts';
import { withoutSecrets } from '../text/redact.ts';
import type { Approval, Change } from './change.ts';

/** A stored line. `hash` covers `body` and the hash of the line before. */
export interface AuditRow {
  seq: number;
  body: string;
  hash: string;
}

/** The hash before the first line. */
export const genesisHash = '0'.repeat(64);

/** SHA-256, in hex, over the hash of the line before, a newline and the body of this line. */
export function chainHash(before: string, body: string): string {
  return createHash('sha256').update(before).update('\n').update(body).digest('hex');
}

/** The audit entry of a change as JSON: caller, approvals, and target states before and after. Inputs are never included. */
export function auditBody(change: Change): string {
  const at = change.log.at(-1)?.at ?? change.created;
  return JSON.stringify({
    at: new Date(at).toISOString(),
    change: change.id,
    status: change.status,
    reason: change.reason,
    explanation: change.explanation,
    operation: change.operation,
    connection: change.connection,
    sandbox: change.sandbox,
    caller: change.caller,
    askedBy: change.askedBy,
    client: change.client,
    session: change.session,
    decision: change.decision,
    approval: change.approval && withIsoTime(change.approval),
    approvals: change.approvals?.map(withIsoTime),
    summary: change.summary,
    effects: change.effects,
    irreversible: change.irreversible,
    undoes: change.undoes,
    resumes: change.resumes,
    cancel: change.cancel,
    seal: change.seal,
    requests: change.status === 'applying' ? requestsOf(change).hash : undefined,
    receipts: change.steps.flatMap(({ receipt }) => receipt ?? []),
    targets: change.targets.map(({ device, label, before, after, outcome, why }) => ({ device, label, before, after, outcome, why })),
  });
}

/** The requests of a change, secrets hidden: JSON of a list of inputs, and its SHA-256 in hex, which the record holds. */
export interface StoredRequests {
  hash: string;
  body: string;
}

export function requestsOf({ steps }: Pick<Change, 'steps'>): StoredRequests {
  const body = canonicalJson(steps.map(({ input }) => withoutSecrets(input)));
  return { hash: createHash('sha256').update(body).digest('hex'), body };
}

/** Whether an update needs an audit entry: the status or the approvals have changed. */
export function needsAuditEntry(before: Change, after: Change): boolean {
  return before.status !== after.status || JSON.stringify(before.approvals) !== JSON.stringify(after.approvals);
}

const withIsoTime = (approval: Approval) => ({ ...approval, at: new Date(approval.at).toISOString() });

/** Lines of an audit log, oldest first. */
export type AuditRows = AsyncIterable<AuditRow> | Iterable<AuditRow>;

/** Collects all lines in memory. */
export async function collectRows(rows: AuditRows): Promise<AuditRow[]> {
  const all: AuditRow[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

/** Result of verifying the hash chain. */
export interface ChainVerification {
  lines: number;
  /** Hash of the last line. Store it elsewhere to detect a truncated log. */
  head: string;
  /** Number of the first line that was changed or is missing. */
  broken?: number;
  /** A previously noted head that is not in this log. */
  lost?: string;
}

/** A part of the chain that was verified: its number of lines and the hash of the last one. */
export type VerifiedPart = Pick<ChainVerification, 'lines' | 'head'>;

/**
 * Verifies the hash chain from the first line, or from the line after `verified`. With `noted` heads, a log that was truncated or rewritten is
 * detected too.
 */
export async function verifyAudit(
  rows: AuditRows,
  noted: Iterable<string> = [],
  verified: VerifiedPart = { lines: 0, head: genesisHash },
): Promise<ChainVerification> {
  let { lines, head } = verified;
  const missing = new Set(noted);
  missing.delete(genesisHash);
  const result = (): ChainVerification => {
    const [lost] = missing;
    return { lines, head, ...(lost === undefined ? {} : { lost }) };
  };
  for await (const { seq, body, hash } of rows) {
    if (seq !== lines + 1 || chainHash(head, body) !== hash) return { ...result(), broken: lines + 1 };
    head = hash;
    lines += 1;
    missing.delete(hash);
  }
  return result();
}

const columns = ['at', 'change', 'status', 'reason', 'operation', 'connection', 'caller', 'approvedBy', 'approvedHow', 'device', 'outcome'];

/** The audit log as JSON Lines, each with its number and hash. */
export async function* asJsonLines(rows: AuditRows): AsyncGenerator<string> {
  for await (const { seq, body, hash } of rows) yield JSON.stringify({ seq, ...(JSON.parse(body) as object), hash });
}

/** The audit log as CSV (RFC 4180), one row per target. No cell is evaluated as a formula by a spreadsheet. */
export async function* asCsv(rows: AuditRows): AsyncGenerator<string> {
  yield spreadsheetLine(['seq', ...columns]);
  for await (const { seq, body } of rows) {
    const line = JSON.parse(body) as Record<string, unknown> & {
      approval?: { by: string; kind: string };
      targets: { device: string; outcome: string }[];
    };
    for (const { device, outcome } of line.targets) {
      const cells: Record<string, unknown> = { ...line, approvedBy: line.approval?.by, approvedHow: line.approval?.kind, device, outcome };
      yield spreadsheetLine([String(seq), ...columns.map((name) => String(cells[name] ?? ''))]);
    }
  }
}
