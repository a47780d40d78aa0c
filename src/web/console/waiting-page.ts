/** The page of changes that wait for approval, oldest first. */
import { html } from 'hono/html';

import { approvalProgress } from '../../approvers/format.ts';
import type { Change } from '../../store/change.ts';
import { relative } from '../../text/relative.ts';
import { effectChips, type Html, oneLine } from './format.ts';
import type { Page, PageState } from './layout.ts';

export function waitingPage({ now, hasApprovers }: PageState, changes: readonly Change[]): Page {
  return {
    title: changes.length > 0 ? `${changes.length} waiting` : 'Nothing is waiting',
    activeTab: 'waiting',
    refresh: { seconds: 60, path: '/console' },
    body: html`<h1>${changes.length > 0 ? 'Waiting for approval' : 'Nothing is waiting for approval'}</h1>
${changes.map((change) => card(change, now))}
${
  changes.length > 0
    ? ''
    : html`<p class="quiet">Changes that need the approval of named people appear here. Changes approved in the chat do not.</p>`
}
${hasApprovers ? '' : html`<p class="note">No approver is configured, so nobody can approve here. Create one with <code>iot-ops-mcp approver maria</code>.</p>`}`,
  };
}

function card(change: Change, now: number): Html {
  return html`<a class="card${change.irreversible ? ' final' : ''}" href="/console/changes/${encodeURIComponent(change.id)}">
${effectChips(change)}
<p class="sentence">${oneLine(change.summary, 300)}</p>
<p class="row small quiet"><span>Requested by ${oneLine(change.caller, 60)}, ${relative(change.created, now)}</span><span>Rule: ${oneLine(change.decision?.rule ?? '', 60)}</span></p>
<p class="row small"><strong>${approvalProgress(change, now)}</strong><span class="quiet">expires ${relative(change.expires, now)}</span></p>
</a>`;
}
