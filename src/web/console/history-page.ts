/** The page of all changes, newest first. */
import { html } from 'hono/html';

import type { Change } from '../../store/change.ts';
import { effectChips, oneLine, stateChip, time } from './format.ts';
import type { Page, PageState } from './layout.ts';

/** Changes per page. */
export const changesPerPage = 25;

export function historyPage({ now }: PageState, { rows, total, left }: { rows: readonly Change[]; total: number; left: number }): Page {
  const last = rows.at(-1);
  return {
    title: 'Changes',
    activeTab: 'changes',
    body: html`<div class="row"><h1>Changes</h1><span class="quiet small">${total} in all, newest first</span></div>
${rows.length === 0 ? html`<p class="quiet">No changes yet.</p>` : ''}
${rows.map(
  (change) => html`<a class="card" href="/console/changes/${encodeURIComponent(change.id)}">
<p class="row"><span>${stateChip(change, now)}${change.preview ? ' preview' : ''}</span><code class="quiet small">${change.id}</code></p>
<p>${oneLine(change.summary, 300)}</p>
${change.irreversible || change.sandbox ? effectChips({ ...change, effects: [] }) : ''}
<p class="small quiet">${oneLine(change.caller, 60)}, ${time(change.created, now)}</p></a>`,
)}
${last && left > 0 ? html`<a class="button plain" href="/console/changes?after=${encodeURIComponent(last.id)}">Older (${left})</a>` : ''}`,
  };
}
