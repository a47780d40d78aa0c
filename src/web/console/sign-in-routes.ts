/** Signing in, by one-time link or by name and code, and the check that everything else requires. */
import type { MiddlewareHandler } from 'hono';

import { constantTimeEqual } from '../../text/constant-time-equal.ts';
import { attempt, formFields } from './form-fields.ts';
import type { ConsoleApp, ConsoleEnv, ConsoleOptions } from './options.ts';
import type { Renderer } from './renderer.ts';
import type { Sessions } from './sessions.ts';
import { redirectPage, signInPage } from './sign-in-page.ts';

/** The routes that need no session. */
export function addSignInRoutes(app: ConsoleApp, options: ConsoleOptions, sessions: Sessions, pages: Renderer): void {
  const { links, authenticator } = options;
  app.get('/link/:token', async (c) => {
    if (!(await links.redeem(c.req.param('token'))))
      return pages.plain(
        c,
        'This link is no longer valid',
        'A link works once, within ten minutes. Run iot-ops-mcp console for a new one.',
        403,
      );
    sessions.open(c, undefined);
    return c.redirect('/console', 303);
  });
  app.get('/sign-in', async (c) => {
    if (sessions.find(c)) return c.redirect('/console', 303);
    return pages.show(c, (state) => signInPage(state, ownPath(c.req.query('to'))));
  });
  app.post('/sign-in', async (c) => {
    const { name, code, to } = formFields(c.var.form);
    const target = ownPath(to);
    const proven = await attempt(authenticator.authenticate(name, code));
    if ('why' in proven) return pages.show(c, (state) => ({ ...signInPage(state, target), problem: proven.why }), 403);
    sessions.open(c, proven.done);
    return c.redirect(target, 303);
  });
}

/** Lets a request with a session pass and sets `session`; a form must carry the session's own token. */
export function requireSession(sessions: Sessions, pages: Renderer): MiddlewareHandler<ConsoleEnv> {
  return async (c, next) => {
    const session = sessions.find(c);
    if (!session) {
      // Browsers omit a SameSite=Strict cookie after a link on another site, but send it on a navigation from our own page.
      if (c.req.method === 'GET' && c.req.header('sec-fetch-site') === 'cross-site') return c.html(redirectPage(ownPath(c.req.path)));
      return c.redirect(`/console/sign-in?to=${encodeURIComponent(ownPath(c.req.path))}`, 303);
    }
    if (c.req.method === 'POST' && !constantTimeEqual(c.var.form.get('csrf') ?? '', session.csrf))
      return pages.plain(
        c,
        'Wrong session',
        'This form belongs to another session; nothing was changed. Reload the page and try again.',
        403,
      );
    c.set('session', session);
    return next();
  };
}

/** The path if it is a page of the console, otherwise /console: prevents an open redirect. */
function ownPath(path: string | undefined): string {
  return path !== undefined && /^\/console\/(changes|audit)(\/[\w-]{1,80})?$/.test(path) ? path : '/console';
}
