/** The web console: pending approvals, changes, audit log, kill switch. Rendered on the server, without scripts. */
import { Hono } from 'hono';

import { addChangeRoutes } from './change-routes.ts';
import { addKillSwitchRoutes } from './kill-switch-routes.ts';
import type { ConsoleEnv, ConsoleOptions } from './options.ts';
import { makeRenderer } from './renderer.ts';
import { browserPolicy, formChecks, privacyHeaders, refusalText, requestChecks } from './security.ts';
import { makeSessions } from './sessions.ts';
import { addSignInRoutes, requireSession } from './sign-in-routes.ts';
import { style } from './style.ts';

export type { ConsoleOptions } from './options.ts';

/** Handles everything under `/console`. */
export interface ConsoleRoutes {
  fetch(request: Request): Promise<Response>;
}

/** The order is the order of the checks: headers, host, form, then everything behind the sign-in. */
export function makeConsoleRoutes(options: ConsoleOptions): ConsoleRoutes {
  const { publicUrl } = options;
  const sessions = makeSessions(options);
  const pages = makeRenderer(options, sessions);
  const app = new Hono<ConsoleEnv>().basePath('/console');

  app.use(browserPolicy, privacyHeaders, requestChecks(options.allowedHosts));
  for (const check of formChecks(publicUrl)) app.post('*', check);
  app.get('/style.css', (c) => c.body(style, 200, { 'content-type': 'text/css; charset=utf-8' }));
  addSignInRoutes(app, options, sessions, pages);

  app.use(requireSession(sessions, pages));
  addChangeRoutes(app, options, pages);
  addKillSwitchRoutes(app, options, pages);
  app.post('/sign-out', (c) => {
    sessions.close(c);
    return c.redirect('/console/sign-in', 303);
  });
  app.all('*', (c) => pages.plain(c, 'Page not found', 'The console starts at /console.', 404));

  app.onError((error, c) => {
    const refusal = refusalText(error, c.req.raw, publicUrl);
    if (refusal !== undefined) return c.text(refusal, 403);
    options.log(`console: ${error.message}`);
    return c.text('Internal error. The server log has the details.', 500);
  });
  return { fetch: async (request) => app.fetch(request) };
}
