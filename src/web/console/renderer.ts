/** Renders pages with the state that every page shows. */
import { html } from 'hono/html';

import { layout, type Page, type PageState } from './layout.ts';
import type { ConsoleContext, ConsoleOptions } from './options.ts';
import type { Sessions } from './sessions.ts';

export interface Renderer {
  /** Responds with a page. */
  show(c: ConsoleContext, pageOf: (state: PageState) => Page, status?: 200 | 403 | 404 | 409): Promise<Response>;
  /** Responds with a page of one title and one paragraph. */
  plain(c: ConsoleContext, title: string, words: string, status: 403 | 404): Promise<Response>;
}

export function makeRenderer(options: ConsoleOptions, sessions: Sessions): Renderer {
  const { store, approvals, killSwitch, clock } = options;
  const show: Renderer['show'] = async (c, pageOf, status = 200) => {
    const session = sessions.find(c);
    const state: PageState = {
      now: await store.time(clock.now()),
      session,
      stopReason: await killSwitch.reason(),
      waitingCount: session ? (await approvals.pending()).length : 0,
      hasApprovers: options.hasApprovers,
    };
    return c.html(layout(state, pageOf(state)), status);
  };
  return {
    show,
    plain: (c, title, words, status) =>
      show(c, () => ({ title, body: html`<section class="card"><h1>${title}</h1><p>${words}</p></section>` }), status),
  };
}
