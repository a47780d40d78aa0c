/** What stands around every page: head, ways to the others, the kill switch. */
import { html } from 'hono/html';

import { type Html, line } from './words.ts';

/** What every page knows. */
export interface Setting {
  now: number;
  /** Absent before somebody has signed in. */
  session?: { name: string | undefined; csrf: string } | undefined;
  /** Why all changes are stopped; undefined while they may run. */
  stopped: string | undefined;
  /** How many changes wait for people. */
  waiting: number;
  /** Whether any approver is configured. */
  people: boolean;
}

export interface Page {
  title: string;
  body: Html;
  /** The way that leads here. */
  here?: 'waiting' | 'changes' | 'audit';
  /** After how many seconds it is read again, and its own path: one without a fragment, which a browser would not load again. */
  refresh?: { seconds: number; path: string } | undefined;
  /** What was wrong with the last form. */
  problem?: string | undefined;
}

const ways = [
  ['waiting', '/console', 'Waiting'],
  ['changes', '/console/changes', 'Changes'],
  ['audit', '/console/audit', 'Audit'],
] as const;

// A shield with a tick, drawn in one line.
const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M8 1l6 2v5c0 4-3 6-6 7-3-1-6-3-6-7V3z' fill='%231357c9'/%3E%3Cpath d='M5 8l2 2 4-4' stroke='white' stroke-width='1.5' fill='none'/%3E%3C/svg%3E";

/** What was wrong with the last form. */
export const alert = (problem: string | undefined): Html | string =>
  problem === undefined ? '' : html`<p class="note bad" role="alert">${problem}</p>`;

/** The hidden field that every form of a session carries. */
export const guard = (setting: Setting): Html => html`<input type="hidden" name="csrf" value="${setting.session?.csrf ?? ''}">`;

/** Name and proof, asked for each time. */
export const proofFields = (setting: Setting): Html => html`
<label>Your name as an approver
<input name="name" value="${setting.session?.name ?? ''}" autocomplete="username" autocapitalize="none" autocorrect="off" spellcheck="false" maxlength="40" required></label>
<label>PIN, or the code of your app
<input name="code" type="password" autocomplete="one-time-code" maxlength="128" required></label>`;

export function frame(setting: Setting, { title, body, here, refresh, problem }: Page): Html {
  const { session, stopped, waiting } = setting;
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
${session && stopped === undefined ? halting(setting) : ''}
${
  session
    ? html`<nav aria-label="Pages">${ways.map(
        ([name, to, word]) =>
          html`<a href="${to}"${name === here ? html` aria-current="page"` : ''}>${word}${name === 'waiting' && waiting > 0 ? ` (${waiting})` : ''}</a>`,
      )}</nav>`
    : ''
}
</div></header>
<main>
${session && stopped !== undefined ? standing(setting, stopped) : ''}
${alert(problem)}
${body}
</main>
${session ? html`<footer>${leaving(setting)}</footer>` : ''}
</body>
</html>`;
}

function standing(setting: Setting, why: string): Html {
  return html`<section class="note bad">
<strong>All changes are stopped: ${line(why, 200)}</strong>
<p class="small">Nothing starts, what was queued has stopped, what was sent is followed to its end. What is approved now is refused.</p>
${
  setting.people
    ? html`<details><summary>Let changes run again</summary>
<form class="wide" method="post" action="/console/go">${guard(setting)}${proofFields(setting)}<button>Let changes run again</button></form></details>`
    : html`<p class="small">Let them run again with <code>iot-ops-mcp go</code>.</p>`
}
</section>`;
}

function halting(setting: Setting): Html {
  return html`<details class="stop"><summary>Stop all changes</summary>
<form method="post" action="/console/stop">${guard(setting)}
<p class="small quiet">For every server on this state: nothing starts, what is queued stops, what was sent is followed to its end.</p>
<label>Why <input name="why" maxlength="120" placeholder="optional"></label>
<button class="danger">Stop all changes now</button></form></details>`;
}

function leaving(setting: Setting): Html {
  return html`<form class="row small quiet" method="post" action="/console/sign-out">${guard(setting)}
<span>${setting.session?.name === undefined ? 'Opened by a link' : html`Signed in as ${setting.session.name}`}. Approving asks for your proof each time.</span>
<button class="plain">Sign out</button></form>`;
}
