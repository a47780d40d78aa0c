/** Before anything is seen. */
import { html } from 'hono/html';

import { type Page, proofFields, type Setting } from './frame.ts';

/** `to` is the page to go on to. */
export function signInPage(setting: Setting, to: string): Page {
  return {
    title: 'Sign in',
    body: html`<section class="card">
<h1>Sign in</h1>
${
  setting.people
    ? html`<form method="post" action="/console/sign-in"><input type="hidden" name="to" value="${to}">${proofFields(setting)}<button>Sign in</button></form>`
    : html`<p>No approver is configured yet. <code>iot-ops-mcp approver maria</code> makes one.</p>`
}
<p class="small quiet">Without a name: <code>iot-ops-mcp console</code> on the server's machine prints a link that opens once.</p>
</section>`,
  };
}

/** A page that opens another one from here: after a link on another site a browser keeps our cookie back until then. */
export function onwardPage(path: string): string {
  return String(html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=${path}">
<title>iot-ops-mcp</title></head><body><a href="${path}">Go on</a></body></html>`);
}
