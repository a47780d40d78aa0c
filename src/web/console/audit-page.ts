/** The audit log, newest line first, with the result of verifying its hash chain. */
import { html } from 'hono/html';

import { type AuditRow, type ChainVerification, type VerifiedPart, verifyAudit } from '../../store/audit.ts';
import type { Status } from '../../store/change.ts';
import type { ChangeStore } from '../../store/store.ts';
import { type Html, oneLine, pluralize, statusChip, time } from './format.ts';
import type { Page, PageState } from './layout.ts';

const linesPerPage = 50;

export interface AuditView {
  verified: ChainVerification;
  /** Newest first. */
  rows: AuditRow[];
  /** Sequence number of the oldest row, 0 without rows. Older lines exist when it is above 1. */
  oldest: number;
}

/**
 * Reads a page of lines before sequence number `before` and verifies the chain: all of it at first, then what was added since, as long as the last
 * verified line is still there.
 */
export function makeAuditReader(store: Pick<ChangeStore, 'audit' | 'auditPage'>): (before: number) => Promise<AuditView> {
  let known: VerifiedPart | undefined;
  const verify = async (): Promise<ChainVerification> => {
    const part = known;
    const [last] = part ? await store.auditPage(part.lines + 1, 1) : [];
    const stands = part !== undefined && last?.seq === part.lines && last.hash === part.head;
    const verified = stands ? await verifyAudit(store.audit(part.lines + 1), [], part) : await verifyAudit(store.audit());
    known = verified.broken === undefined ? { lines: verified.lines, head: verified.head } : undefined;
    return verified;
  };
  return async (before) => {
    const [verified, rows] = [await verify(), await store.auditPage(before, linesPerPage)];
    return { verified, rows, oldest: rows.at(-1)?.seq ?? 0 };
  };
}

export function auditPage({ now }: PageState, { verified, rows, oldest }: AuditView): Page {
  return {
    title: 'Audit',
    activeTab: 'audit',
    body: html`<h1>Audit</h1>
${
  verified.broken === undefined
    ? html`<div class="note good"><strong>The hash chain is intact: ${pluralize(verified.lines, 'line')}.</strong>
<p class="small">Head <code>${verified.head}</code>. Store it elsewhere to detect a truncated log later: <code>iot-ops-mcp audit verify --head</code>.</p></div>`
    : html`<div class="note bad" role="alert"><strong>The hash chain is broken at line ${verified.broken}.</strong>
<p class="small">That line was changed or lines are missing; the lines before it are intact.</p></div>`
}
${rows.length === 0 ? html`<p class="quiet">No changes are recorded yet.</p>` : html`<section class="card"><ol class="log">${rows.map((row) => entry(row, now))}</ol></section>`}
${oldest > 1 ? html`<a class="button plain" href="/console/audit?before=${oldest}">Older</a>` : ''}`,
  };
}

interface Body {
  at?: string;
  change?: string;
  status?: Status;
  reason?: string;
  caller?: string;
  summary?: string;
  explanation?: string;
  approval?: { by?: string; kind?: string };
  approvals?: { by?: string }[];
}

function entry({ seq, body, hash }: AuditRow, now: number): Html {
  const parsed = read(body);
  if (!parsed) return html`<li><p class="row"><strong>line ${seq}</strong></p><p class="note bad">This line cannot be read.</p></li>`;
  const { at = '', change = '', status, reason, caller = '', summary = '', explanation, approval, approvals = [] } = parsed;
  const people =
    approvals.map(({ by = '' }) => oneLine(by, 40)).join(', ') || (approval?.by ? `${oneLine(approval.by, 60)} (${approval.kind})` : '');
  return html`<li><p class="row"><span>${status ? statusChip(status, reason) : ''} <a href="/console/changes/${encodeURIComponent(change)}">${oneLine(change, 40)}</a></span><span class="small quiet">line ${seq} <code>${hash.slice(0, 12)}</code></span></p>
<p>${oneLine(summary, 300)}</p>
${explanation && !summary.startsWith(explanation) ? html`<p class="small">${oneLine(explanation)}</p>` : ''}
<p class="small quiet">requested by ${oneLine(caller, 60)}${people ? `, approved by ${people}` : ''}, ${Number.isNaN(Date.parse(at)) ? 'no time' : time(Date.parse(at), now)}</p></li>`;
}

function read(body: string): Body | undefined {
  try {
    return JSON.parse(body) as Body;
  } catch {
    return undefined;
  }
}
