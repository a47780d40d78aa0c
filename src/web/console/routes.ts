/** Routes of the web console: pending approvals, changes, audit log, kill switch. Rendered on the server, without scripts. */
import { hostHeaderValidationResponse, localhostAllowedHostnames } from '@modelcontextprotocol/server';
import { type Context, Hono } from 'hono';
import { html } from 'hono/html';

import { type ApprovalService, isApproved } from '../../approvers/approval.ts';
import type { Authenticator, RandomBytes } from '../../approvers/approver.ts';
import type { ConsoleLinks } from '../../approvers/console-links.ts';
import { Refusal } from '../../clients/http/errors.ts';
import type { Clock } from '../../clock.ts';
import type { KillSwitch } from '../../store/kill-switch.ts';
import type { ChangeStore } from '../../store/store.ts';
import { constantTimeEqual } from '../../text/constant-time-equal.ts';
import { sanitize } from '../../text/sanitize.ts';
import { auditPage, readAudit } from './audit-page.ts';
import { changePage } from './change-page.ts';
import { changesPerPage, historyPage } from './history-page.ts';
import { layout, type Page, type PageState } from './layout.ts';
import { ownOrigin, pageReferrerPolicy, readForm, securityHeaders } from './security.ts';
import { makeSessions, type Session } from './sessions.ts';
import { redirectPage, signInPage } from './sign-in-page.ts';
import { style } from './style.ts';
import { waitingPage } from './waiting-page.ts';

export interface ConsoleOptions {
  store: ChangeStore;
  approvals: ApprovalService;
  authenticator: Authenticator;
  links: ConsoleLinks;
  killSwitch: KillSwitch;
  clock: Clock;
  random: RandomBytes;
  /** Whether any approver is configured. */
  hasApprovers: boolean;
  /** Host names allowed besides loopback. */
  allowedHosts: readonly string[];
  /** Public origin of the console. With https the session cookie gets the Secure attribute. */
  publicUrl: string | undefined;
  /** Called when a change has all its approvals. */
  onApproved(id: string): void;
  /** A copy of a value in which no known secret appears. */
  redact<T>(value: T): T;
  /** Writes a line to the operator's log. */
  log(line: string): void;
}

/** Handles everything under `/console`. */
export interface ConsoleRoutes {
  fetch(request: Request): Promise<Response>;
}

interface RouteVariables {
  Variables: { session: Session; form: URLSearchParams };
}

export function makeConsoleRoutes(options: ConsoleOptions): ConsoleRoutes {
  const { store, approvals, authenticator, links, killSwitch, clock, publicUrl } = options;
  const sessions = makeSessions(options);
  const hosts = [...localhostAllowedHostnames(), ...options.allowedHosts];
  const isSecure = (request: Request): boolean => ownOrigin(request, publicUrl).startsWith('https:');
  const sessionOf = (request: Request): Session | undefined => sessions.find(request, isSecure(request));

  const show = async (c: Context, pageOf: (state: PageState) => Page, status: 200 | 403 | 404 | 409 = 200): Promise<Response> => {
    const session = sessionOf(c.req.raw);
    const state: PageState = {
      now: await store.time(clock.now()),
      session,
      stopReason: killSwitch.reason(),
      waitingCount: session ? (await approvals.pending()).length : 0,
      hasApprovers: options.hasApprovers,
    };
    return c.html(layout(state, pageOf(state)), status);
  };
  const plain = (c: Context, title: string, words: string, status: 403 | 404) =>
    show(c, () => ({ title, body: html`<section class="card"><h1>${title}</h1><p>${words}</p></section>` }), status);

  const app = new Hono<RouteVariables>().basePath('/console');
  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(securityHeaders)) c.res.headers.set(name, value);
    if (c.res.headers.get('content-type')?.startsWith('text/html')) c.res.headers.set('referrer-policy', pageReferrerPolicy);
  });
  app.use(async (c, next) => {
    const refused = hostHeaderValidationResponse(c.req.raw, hosts);
    if (refused) return refused;
    // Hono would run the GET handler for HEAD, which would use up a one-time link.
    if (c.req.method !== 'GET' && c.req.method !== 'POST') return c.text('Only GET and POST are allowed.', 405);
    return next();
  });

  app.get('/style.css', (c) => c.body(style, 200, { 'content-type': 'text/css; charset=utf-8' }));
  app.get('/link/:token', async (c) => {
    if (!(await links.redeem(c.req.param('token'))))
      return plain(c, 'This link is no longer valid', 'A link works once, within ten minutes. Run iot-ops-mcp console for a new one.', 403);
    c.header('set-cookie', sessions.open(undefined, isSecure(c.req.raw)));
    return c.redirect('/console', 303);
  });
  app.get('/sign-in', async (c) => {
    if (sessionOf(c.req.raw)) return c.redirect('/console', 303);
    return show(c, (state) => signInPage(state, ownPath(c.req.query('to'))));
  });

  app.post('*', async (c, next) => {
    const received = await readForm(c.req.raw, publicUrl);
    if ('why' in received) return c.text(received.why, received.status);
    c.set('form', received.form);
    return next();
  });
  app.post('/sign-in', async (c) => {
    const { name, code, to } = fields(c.var.form);
    const target = ownPath(to);
    const proven = await attempt(authenticator.authenticate(name, code));
    if ('why' in proven) return show(c, (state) => ({ ...signInPage(state, target), problem: proven.why }), 403);
    c.header('set-cookie', sessions.open(proven.done, isSecure(c.req.raw)));
    return c.redirect(target, 303);
  });

  app.use(async (c, next) => {
    const session = sessionOf(c.req.raw);
    if (!session) {
      // Browsers omit a SameSite=Strict cookie after a link on another site, but send it on a navigation from our own page.
      if (c.req.method === 'GET' && c.req.header('sec-fetch-site') === 'cross-site') return c.html(redirectPage(ownPath(c.req.path)));
      return c.redirect(`/console/sign-in?to=${encodeURIComponent(ownPath(c.req.path))}`, 303);
    }
    if (c.req.method === 'POST' && !constantTimeEqual(c.var.form.get('csrf') ?? '', session.csrf))
      return plain(c, 'Wrong session', 'This form belongs to another session; nothing was changed. Reload the page and try again.', 403);
    c.set('session', session);
    return next();
  });

  app.get('/', async (c) => {
    const pending = options.redact(await approvals.pending());
    return show(c, (state) => waitingPage(state, pending));
  });
  app.get('/changes', async (c) => {
    const listed = await store.list({}, c.req.query('after'), changesPerPage);
    return show(c, (state) => historyPage(state, options.redact(listed)));
  });
  app.get('/audit', async (c) => {
    const before = Number(c.req.query('before') ?? Number.NaN);
    const view = await readAudit(store.audit(), Number.isSafeInteger(before) && before > 0 ? before : Number.POSITIVE_INFINITY);
    return show(c, (state) => auditPage(state, options.redact(view)));
  });

  const showChange = async (c: Context, id: string, problem?: string, status: 200 | 403 | 409 = 200) => {
    const change = await store.get(id);
    if (!change) return plain(c, 'Change not found', 'It may belong to an earlier run of the sandbox.', 404);
    return show(c, (state) => changePage(state, options.redact({ ...change, inputs: [], steps: [] }), problem), status);
  };
  app.get('/changes/:id', (c) => showChange(c, c.req.param('id')));
  app.post('/changes/:id/approve', async (c) => {
    const [id, { name, code }] = [c.req.param('id'), fields(c.var.form)];
    const proven = await attempt(authenticator.authenticate(name, code));
    if ('why' in proven) return showChange(c, id, proven.why, 403);
    const approved = await attempt(approvals.approve(id, proven.done, 'console'));
    if ('why' in approved) return showChange(c, id, approved.why, 409);
    if (isApproved(approved.done, await store.time(clock.now()))) options.onApproved(id);
    return c.redirect(`/console/changes/${encodeURIComponent(id)}`, 303);
  });
  app.post('/changes/:id/reject', async (c) => {
    const [id, { name, code, why }] = [c.req.param('id'), fields(c.var.form)];
    const proven = await attempt(authenticator.authenticate(name, code));
    if ('why' in proven) return showChange(c, id, proven.why, 403);
    const rejected = await attempt(approvals.reject(id, proven.done, 'console', why));
    if ('why' in rejected) return showChange(c, id, rejected.why, 409);
    return c.redirect(`/console/changes/${encodeURIComponent(id)}`, 303);
  });

  app.post('/stop', (c) => {
    const { name } = c.var.session;
    const why = sanitize(fields(c.var.form).why, 120) || 'no reason given';
    killSwitch.pause(`${why} (${name === undefined ? '' : `${name}, `}at the console)`);
    options.log(`all changes were stopped at the console${name === undefined ? '' : ` by ${name}`}: ${why}`);
    return c.redirect('/console', 303);
  });
  app.post('/go', async (c) => {
    const { name, code } = fields(c.var.form);
    const proven = await attempt(authenticator.authenticate(name, code));
    if ('why' in proven) {
      const pending = options.redact(await approvals.pending());
      return show(c, (state) => ({ ...waitingPage(state, pending), problem: proven.why, refresh: undefined }), 403);
    }
    killSwitch.resume();
    options.log(`changes were resumed at the console by ${proven.done}`);
    return c.redirect('/console', 303);
  });
  app.post('/sign-out', (c) => {
    c.header('set-cookie', sessions.close(c.req.raw, isSecure(c.req.raw)));
    return c.redirect('/console/sign-in', 303);
  });
  app.all('*', (c) => plain(c, 'Page not found', 'The console starts at /console.', 404));
  app.onError((error, c) => {
    options.log(`console: ${error.message}`);
    return c.text('Internal error. The server log has the details.', 500, securityHeaders);
  });

  return { fetch: async (request) => app.fetch(request) };
}

/** The path if it is a page of the console, otherwise /console: prevents an open redirect. */
function ownPath(path: string | undefined): string {
  return path !== undefined && /^\/console\/(changes|audit)(\/[\w-]{1,80})?$/.test(path) ? path : '/console';
}

function fields(form: URLSearchParams): { name: string; code: string; why: string; to: string } {
  const text = (name: string): string => form.get(name) ?? '';
  return { name: text('name'), code: text('code'), why: text('why'), to: text('to') };
}

/** The result, or the text of a Refusal. Other errors are rethrown. */
async function attempt<T>(work: Promise<T>): Promise<{ done: T } | { why: string }> {
  try {
    return { done: await work };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { why: `${capital(error.message)}. ${error.next}` };
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
