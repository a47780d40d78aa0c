/** The sign-in page, and a redirect page. */
import { html } from 'hono/html';

import { credentialFields, type Page, type PageState } from './layout.ts';

/** `to` is the path to open after sign-in. */
export function signInPage(state: PageState, to: string): Page {
  return {
    title: 'Sign in',
    body: html`<section class="card">
<h1>Sign in</h1>
${
  state.hasApprovers
    ? html`<form method="post" action="/console/sign-in"><input type="hidden" name="to" value="${to}">${credentialFields(state)}<button>Sign in</button></form>`
    : html`<p>No approver is configured yet. Create one with <code>iot-ops-mcp approver maria</code>.</p>`
}
<p class="small quiet">Without an approver name: run <code>iot-ops-mcp console</code> on the server's machine for a one-time link.</p>
</section>`,
  };
}

/** A page that navigates to `path`. Needed after a link on another site, because the browser sends the SameSite=Strict cookie only on a navigation from our own page. */
export function redirectPage(path: string): string {
  return String(html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=${path}">
<title>iot-ops-mcp</title></head><body><a href="${path}">Continue</a></body></html>`);
}
