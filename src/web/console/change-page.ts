/** The page of one change: effects, targets, approvals, history, and the forms to approve or reject it. */
import { html } from 'hono/html';

import { approvalLifetime, approvalsNeeded, isApproved, isPending, validApprovals } from '../../approvers/approval.ts';
import { approvalProgress, describeBlastRadius, describeExecutor, describeVerdict } from '../../approvers/format.ts';
import { fieldLines, wholeLine } from '../../changes/document/field-text.ts';
import { requestFields } from '../../changes/document/request-fields.ts';
import type { StoredRequests } from '../../store/audit.ts';
import { type Change, type Target, waitingStatuses, withoutInput } from '../../store/change.ts';
import { withoutSecrets } from '../../text/redact.ts';
import { relative } from '../../text/relative.ts';
import { quoteUntrusted } from '../../text/sanitize.ts';
import { effectChips, factList, type Html, oneLine, outcomeChip, pluralize, stateChip, time } from './format.ts';
import { credentialFields, csrfField, errorNote, type Page, type PageState } from './layout.ts';

const maxShownTargets = 10;
const maxShownRequests = 10;

/**
 * What a page may show of a change: no inputs of the caller, and the first requests, or all of them, without their secrets, also after they
 * were sent.
 */
export function shownOf(change: Change, sent: StoredRequests | undefined, all = false): Change {
  const kept = sent && (JSON.parse(sent.body) as unknown[]);
  const steps = change.steps.map((step, i) =>
    all || i < maxShownRequests ? { ...step, input: withoutSecrets(step.input ?? kept?.[i]) } : withoutInput(step),
  );
  return { ...change, inputs: [], steps };
}

export function changePage(state: PageState, change: Change, problem?: string): Page {
  const { now } = state;
  const pending = isPending(change, now);
  const seconds = refreshSeconds(change, now);
  const open = pending && !isApproved(change, now);
  return {
    title: change.id,
    activeTab: pending ? 'waiting' : 'changes',
    refresh: seconds === undefined ? undefined : { seconds, path: pathOf(change.id) },
    // When the page has a form, the problem is shown next to it.
    problem: open && state.hasApprovers ? undefined : problem,
    body: html`
<section class="card${change.irreversible ? ' final' : ''}">
<p class="row"><span>${stateChip(change, now)}${change.preview ? ' preview' : ''}</span><code class="quiet">${change.id}</code></p>
<h1>${oneLine(change.summary, 300)}</h1>
${effectChips(change)}
${change.explanation ? html`<p>${oneLine(change.explanation)}</p>` : ''}
</section>
${statusNote(change, now)}
${notes(
  'Warnings',
  change.warnings.map(({ text }) => text),
)}
${pending ? notes('Not certain', change.doubts) : ''}
<section class="card"><dl class="about">
${about(pending ? 'Why it needs approval' : 'Policy', whyOf(change))}
${about('Details', change.does && whole(change.does))}
${about('Also sets', change.alsoSets && codeLines(change.alsoSets))}
${about('In full', change.inFull && codeLines(change.inFull))}
${about('Cost', oneLine(change.cost))}
${about('Undo', change.irreversible ? html`<strong>None: this cannot be undone.</strong>` : oneLine(change.undo ?? 'not through this server'))}
${about('Affects', describeBlastRadius(change))}
${about('Usually takes', change.settles && oneLine(change.settles))}
${about('Requested by', html`${oneLine(change.caller, 80)}, ${time(change.created, now)}`)}
${about('Expires', pending ? time(change.expires, now) : undefined)}
${about('Connection', `${oneLine(change.connection, 60)}${change.sandbox ? ' (sandbox)' : ''}`)}
${about('Operation', html`<code>${oneLine(change.operation, 120)}</code>`)}
${about('Approved', change.approval && html`by ${oneLine(change.approval.by, 60)} (${change.approval.kind}), ${time(change.approval.at, now)}`)}
${about('Undoes', change.undoes && link(change.undoes))}
${about('Resumes', change.resumes && link(change.resumes))}
</dl></section>
${targets(change, pending)}
${requests(change, pending ? 'to send' : change.sentAt === undefined ? 'planned' : 'sent')}
${approvals(change, now, pending)}
${open ? decide(state, change, problem) : ''}
<section class="card"><h2>History</h2><ol class="log">${change.log.map(
      ({ at, what }) => html`<li><p>${oneLine(what)}</p><p class="small quiet">${time(at, now)}</p></li>`,
    )}</ol></section>`,
  };
}

/** Seconds after which the page reloads: while the change is being applied or waits for its application; undefined otherwise. */
function refreshSeconds(change: Change, now: number): number | undefined {
  if (change.status === 'applying') return 3;
  if (change.status === 'accepted' || change.status === 'unknown') return 15;
  // A page with a form is not reloaded, because that would clear the form.
  return isPending(change, now) && isApproved(change, now) ? 3 : undefined;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function statusNote(change: Change, now: number): Html | string {
  if (isPending(change, now) && isApproved(change, now))
    return html`<p class="note good">Approved. ${capital(describeExecutor(change))} carries it out; this page updates itself.</p>`;
  if (change.status === 'applying') return html`<p class="note">The change is being applied; this page updates itself.</p>`;
  if (change.status === 'accepted')
    return html`<p class="note">The provider has accepted the change; it is done when the provider's own state shows it.</p>`;
  if (approvalsNeeded(change) > 0 && !isPending(change, now) && waitingStatuses.includes(change.status))
    return html`<p class="note">It has expired; nothing was sent.</p>`;
  return '';
}

const about = (name: string, value: Html | string | undefined): Html | string =>
  value === undefined ? '' : html`<div><dt>${name}</dt><dd>${value}</dd></div>`;

const pathOf = (id: string): string => `/console/changes/${encodeURIComponent(id)}`;
const link = (id: string): Html => html`<a href="${pathOf(id)}">${id}</a>`;

function whyOf({ decision }: Change): Html | undefined {
  return (
    decision &&
    html`Rule <strong>${oneLine(decision.rule, 80)}</strong> ${describeVerdict(decision.verdict)} <span class="quiet small">(rules ${oneLine(decision.version, 20)})</span>`
  );
}

function notes(title: string, texts: readonly string[]): Html | string {
  if (texts.length === 0) return '';
  return html`<section class="note"><strong>${title}</strong><ul>${texts.map((text) => html`<li>${oneLine(text)}</li>`)}</ul></section>`;
}

/** What will be or was sent, each field as `name = value`, secrets and personal data hidden. */
function requests({ id, steps, operation }: Change, what: 'to send' | 'sent' | 'planned'): Html {
  const shown = steps.filter(({ input }) => input !== undefined);
  const more = steps.length - shown.length;
  if (shown.length === 0) return html``;
  return html`<section class="card"><details><summary>${pluralize(steps.length, 'request')} ${what}: <code>${oneLine(operation, 120)}</code></summary><ol class="log">${shown.map(
    ({ input, targets: devices }) =>
      html`<li><p class="small quiet">for ${pluralize(devices.length, 'target')}</p>${fieldsOf(input, devices)}</li>`,
  )}</ol>${more > 0 ? html`<p class="quiet">and ${pluralize(more, 'more request')}: <a href="${pathOf(id)}?requests=all">show all</a></p>` : ''}</details></section>`;
}

/** Every field of a request, each whole. */
function fieldsOf(input: unknown, devices: readonly string[]): Html {
  const lines = fieldLines(requestFields([{ input, targets: devices }]), { targets: devices });
  return codeLines(lines.map((line) => (line.whole ? line.text : wholeLine(line))));
}

/** A text of the plan, however long: nothing of it is left out. */
const whole = (text: string): string => oneLine(text, Number.POSITIVE_INFINITY);

const codeLines = (lines: readonly string[]): Html => html`<p>${lines.map((line) => html`<code>${whole(line)}</code><br>`)}</p>`;

function targets({ targets: all }: Change, pending: boolean): Html {
  // Targets that need attention come first, so that the collapsed rest never hides them.
  const ordered = [...all.filter(needsAttention), ...all.filter((one) => !needsAttention(one))];
  const shown = ordered.slice(0, maxShownTargets);
  const rest = ordered.slice(maxShownTargets);
  return html`<section class="card"><div class="row"><h2>${pluralize(all.length, 'target')}</h2><span class="small quiet">${
    pending ? 'current state' : 'before → after'
  }</span></div>
<ul class="targets">${shown.map(target)}</ul>
${rest.length > 0 ? html`<details><summary>${rest.length} more</summary><ul class="targets">${rest.map(target)}</ul></details>` : ''}
</section>`;
}

const needsAttention = ({ outcome }: Target): boolean => outcome === 'failed' || outcome === 'unsure' || outcome === 'left out';

function target({ device, label, before, becomes, after = becomes, outcome, why }: Target): Html {
  return html`<li><p class="row"><span><strong class="mono">${label === device ? oneLine(label, 120) : quoteUntrusted(label, 120)}</strong>${
    label === device ? '' : html` <span class="small quiet mono">${oneLine(device, 80)}</span>`
  }</span>${outcome === 'planned' ? '' : outcomeChip(outcome)}</p>${factList(before, after)}${why ? html`<p class="small">${oneLine(why)}</p>` : ''}</li>`;
}

function approvals(change: Change, now: number, pending: boolean): Html | string {
  if (approvalsNeeded(change) === 0) return '';
  const valid = validApprovals(change, now);
  const { approvals: all = [] } = change;
  return html`<section class="card"><h2>${pending ? approvalProgress(change, now) : 'Approvals'}</h2>
${all.length === 0 ? html`<p class="quiet">Nobody has approved it.</p>` : ''}
${
  all.length === 0
    ? ''
    : html`<ol class="log">${all.map(
        (one) =>
          html`<li><p><strong>${oneLine(one.by, 60)}</strong> (${one.kind})</p><p class="small quiet">${time(one.at, now)}${
            !pending ? '' : valid.includes(one) ? `, expires ${relative(one.at + approvalLifetime, now)}` : ', has expired'
          }</p></li>`,
      )}</ol>`
}</section>`;
}

function decide(state: PageState, change: Change, problem: string | undefined): Html {
  if (!state.hasApprovers)
    return html`<p class="note">No approver is configured, so nobody can approve here. Create one with <code>iot-ops-mcp approver maria</code>.</p>`;
  const at = pathOf(change.id);
  return html`<section id="decide" class="card${change.irreversible ? ' final' : ''}"><h2>Approve</h2>
${errorNote(problem)}
${change.irreversible ? html`<p><strong>This cannot be undone.</strong> Check the targets again.</p>` : ''}
<form class="wide" method="post" action="${at}/approve#decide">${csrfField(state)}${credentialFields(state)}
<button${change.irreversible ? html` class="danger"` : ''}>${change.irreversible ? 'Approve for good' : 'Approve'}</button></form></section>
<details class="card"><summary>Reject</summary>
<form class="wide" method="post" action="${at}/reject#decide">${csrfField(state)}
<label class="all">Reason <input name="why" maxlength="200" placeholder="shown to the requester"></label>${credentialFields(state)}
<button class="plain">Reject, send nothing</button></form></details>`;
}
