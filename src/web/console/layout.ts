/** The layout of every console page: head, navigation, kill switch, sign-out. */
import { html } from 'hono/html';

import { type Html, oneLine } from './format.ts';

/** State available to every page. */
export interface PageState {
  /** Milliseconds since 1970. */
  now: number;
  /** Absent before sign-in. `name` is undefined when a one-time link opened the session. */
  session?: { name: string | undefined; csrf: string } | undefined;
  /** Why all changes are stopped; undefined while they may run. */
  stopReason: string | undefined;
  /** Number of changes that wait for approval. */
  waitingCount: number;
  /** Whether any approver is configured. */
  hasApprovers: boolean;
}

export interface Page {
  title: string;
  body: Html;
  /** The navigation entry to highlight. */
  activeTab?: 'waiting' | 'changes' | 'audit';
  /** Reload after `seconds`. `path` must have no fragment, because browsers do not reload the same URL with a fragment. */
  refresh?: { seconds: number; path: string } | undefined;
  /** Error message of the last submitted form. */
  problem?: string | undefined;
}

const navigation = [
  ['waiting', '/console', 'Waiting'],
  ['changes', '/console/changes', 'Changes'],
  ['audit', '/console/audit', 'Audit'],
] as const;

// A shield with a check mark.
const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M8 1l6 2v5c0 4-3 6-6 7-3-1-6-3-6-7V3z' fill='%231357c9'/%3E%3Cpath d='M5 8l2 2 4-4' stroke='white' stroke-width='1.5' fill='none'/%3E%3C/svg%3E";

/** The error message of the last submitted form. */
export const errorNote = (problem: string | undefined): Html | string =>
  problem === undefined ? '' : html`<p class="note bad" role="alert">${problem}</p>`;

/** The hidden CSRF field, required in every form of a session. */
export const csrfField = (state: PageState): Html => html`<input type="hidden" name="csrf" value="${state.session?.csrf ?? ''}">`;

/** Inputs for the approver's name and PIN or code, required for every decision. */
export const credentialFields = (state: PageState): Html => html`
<label>Your name as an approver
<input name="name" value="${state.session?.name ?? ''}" autocomplete="username" autocapitalize="none" autocorrect="off" spellcheck="false" maxlength="40" required></label>
<label>PIN, or code from your authenticator app
<input name="code" type="password" autocomplete="one-time-code" maxlength="128" required></label>`;

/** Renders a whole page. */
export function layout(state: PageState, { title, body, activeTab, refresh, problem }: Page): Html {
  const { session, stopReason, waitingCount } = state;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${refresh === undefined ? '' : html`<meta http-equiv="refresh" content="${refresh.seconds}; url=${refresh.path}">`}
<title>${title} - iot-ops-mcp</title>
<link rel="icon" href="${icon}">
<link rel="stylesheet" href="/console/style.css">
</head>
<body>
<header class="top"><div>
<a class="brand" href="/console">iot-ops-mcp</a>
${session && stopReason === undefined ? pauseForm(state) : ''}
${
  session
    ? html`<nav aria-label="Pages">${navigation.map(
        ([name, to, word]) =>
          html`<a href="${to}"${name === activeTab ? html` aria-current="page"` : ''}>${word}${name === 'waiting' && waitingCount > 0 ? ` (${waitingCount})` : ''}</a>`,
      )}</nav>`
    : ''
}
</div></header>
<main>
${session && stopReason !== undefined ? pausedNotice(state, stopReason) : ''}
${errorNote(problem)}
${body}
</main>
${session ? html`<footer>${signOutForm(state)}</footer>` : ''}
</body>
</html>`;
}

function pausedNotice(state: PageState, why: string): Html {
  return html`<section class="note bad">
<strong>All changes are stopped: ${oneLine(why, 200)}</strong>
<p class="small">No change starts and queued requests are not sent. Requests already sent are still tracked to their end. A change approved now is refused.</p>
${
  state.hasApprovers
    ? html`<details><summary>Resume changes</summary>
<form class="wide" method="post" action="/console/go">${csrfField(state)}${credentialFields(state)}<button>Resume changes</button></form></details>`
    : html`<p class="small">Resume them with <code>iot-ops-mcp go</code>.</p>`
}
</section>`;
}

function pauseForm(state: PageState): Html {
  return html`<details class="stop"><summary>Stop all changes</summary>
<form method="post" action="/console/stop">${csrfField(state)}
<p class="small quiet">Affects every server on this state directory: no change starts and queued requests are not sent. Requests already sent are still tracked to their end.</p>
<label>Reason <input name="why" maxlength="120" placeholder="optional"></label>
<button class="danger">Stop all changes now</button></form></details>`;
}

function signOutForm(state: PageState): Html {
  return html`<form class="row small quiet" method="post" action="/console/sign-out">${csrfField(state)}
<span>${state.session?.name === undefined ? 'Opened with a one-time link' : html`Signed in as ${state.session.name}`}. Every approval asks for your PIN or code.</span>
<button class="plain">Sign out</button></form>`;
}
