/** The record of what was asked, approved and done: append-only, each line sealed to the one before it. */
import { createHash } from 'node:crypto';

import type { Approval, Change } from './change.ts';

/** One line as it is kept: `hash` is over the hash before it and `body`. */
export interface AuditRow {
  seq: number;
  body: string;
  hash: string;
}

/** What the first line is sealed to. */
export const genesis = '0'.repeat(64);

/** SHA-256 in hex over the hash of the line before and this line. */
export function sealed(before: string, body: string): string {
  return createHash('sha256').update(before).update('\n').update(body).digest('hex');
}

/** A change at a turn, for the record: who asked, who said yes, what stood there before and after. Never an input. */
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
    client: change.client,
    session: change.session,
    decision: change.decision,
    approval: change.approval && written(change.approval),
    approvals: change.approvals?.map(written),
    summary: change.summary,
    effects: change.effects,
    irreversible: change.irreversible,
    undoes: change.undoes,
    resumes: change.resumes,
    cancel: change.cancel,
    seal: change.seal,
    receipts: change.steps.flatMap(({ receipt }) => receipt ?? []),
    targets: change.targets.map(({ device, label, before, after, outcome, why }) => ({ device, label, before, after, outcome, why })),
  });
}

/** Whether a change has come further between two writings: another status, or one more person who approved it. */
export function isTurn(before: Change, after: Change): boolean {
  return before.status !== after.status || JSON.stringify(before.approvals) !== JSON.stringify(after.approvals);
}

const written = (approval: Approval) => ({ ...approval, at: new Date(approval.at).toISOString() });

/** Lines of a record, oldest first. */
export type Rows = AsyncIterable<AuditRow> | Iterable<AuditRow>;

/** All of them at once: for a short record. */
export async function allOf(rows: Rows): Promise<AuditRow[]> {
  const all: AuditRow[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

/** What following the chain has shown. */
export interface Verified {
  lines: number;
  /** Hash of the last line; kept elsewhere it shows a tail that was cut. */
  head: string;
  /** Number of the first line that is not as it was written, or is missing. */
  broken?: number;
  /** A head noted earlier that is no line of this record. */
  lost?: string;
}

/** Follows the chain from its first line. With heads noted earlier, a record that was cut or written anew is found out. */
export async function verifyAudit(rows: Rows, noted: Iterable<string> = []): Promise<Verified> {
  let head = genesis;
  let lines = 0;
  const missing = new Set(noted);
  missing.delete(genesis);
  const answer = (): Verified => {
    const [lost] = missing;
    return { lines, head, ...(lost === undefined ? {} : { lost }) };
  };
  for await (const { seq, body, hash } of rows) {
    if (seq !== lines + 1 || sealed(head, body) !== hash) return { ...answer(), broken: lines + 1 };
    head = hash;
    lines += 1;
    missing.delete(hash);
  }
  return answer();
}

const columns = ['at', 'change', 'status', 'reason', 'operation', 'connection', 'caller', 'approvedBy', 'approvedHow', 'device', 'outcome'];

/** The record as JSON Lines, each with its number and hash. */
export async function* asJsonLines(rows: Rows): AsyncGenerator<string> {
  for await (const { seq, body, hash } of rows) yield JSON.stringify({ seq, ...(JSON.parse(body) as object), hash });
}

/** The record as CSV (RFC 4180), a line per target. */
export async function* asCsv(rows: Rows): AsyncGenerator<string> {
  yield ['seq', ...columns].join(',');
  for await (const { seq, body } of rows) {
    const line = JSON.parse(body) as Record<string, unknown> & {
      approval?: { by: string; kind: string };
      targets: { device: string; outcome: string }[];
    };
    for (const { device, outcome } of line.targets) {
      const cells: Record<string, unknown> = { ...line, approvedBy: line.approval?.by, approvedHow: line.approval?.kind, device, outcome };
      yield [String(seq), ...columns.map((name) => cell(cells[name]))].join(',');
    }
  }
}

/** Quoted where it must be; what a spreadsheet would take for a formula is made text. */
function cell(value: unknown): string {
  const plain = value === undefined ? '' : String(value);
  const text = /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
