/** The web console: what waits, one change, history, record, kill switch. Drawn here, without any script. */
import { hostHeaderValidationResponse, localhostAllowedHostnames } from '@modelcontextprotocol/server';
import { type Context, Hono } from 'hono';
import { html } from 'hono/html';

import { type Desk, isApproved } from '../../approvers/approval.ts';
import type { Proof, RandomBytes } from '../../approvers/approver.ts';
import type { Links } from '../../approvers/link.ts';
import { Refusal } from '../../clients/http/errors.ts';
import type { Clock } from '../../clock.ts';
import type { StopSwitch } from '../../store/stop.ts';
import type { ChangeStore } from '../../store/store.ts';
import { fence } from '../../text/fence.ts';
import { auditPage, readAudit } from './audit-page.ts';
import { changePage } from './change-page.ts';
import { frame, type Page, type Setting } from './frame.ts';
import { formOf, headers, ownOrigin, pageReferrer, same } from './guards.ts';
import { changesPerPage, historyPage } from './history-page.ts';
import { makeSessions, type Session } from './sessions.ts';
import { onwardPage, signInPage } from './sign-in-page.ts';
import { style } from './style.ts';
import { waitingPage } from './waiting-page.ts';

export interface ConsoleParts {
  store: ChangeStore;
  desk: Desk;
  proof: Proof;
  links: Links;
  stop: StopSwitch;
  clock: Clock;
  random: RandomBytes;
  /** Whether any approver is configured. */
  people: boolean;
  /** Hosts beside loopback under which it is reached. */
  allowedHosts: readonly string[];
  /** Where people reach it, as an origin; https there makes the cookie secure. */
  publicUrl: string | undefined;
  /** Told of a change that has all its approvals. */
  approved(id: string): void;
  /** A copy of a value in which no known secret appears. */
  redact<T>(value: T): T;
  /** Takes a line for the operator. */
  say(line: string): void;
}

/** Answers everything under `/console`. */
export interface ConsoleDoor {
  fetch(request: Request): Promise<Response>;
}

interface Vars {
  Variables: { session: Session; form: URLSearchParams };
}

export function consoleDoor(parts: ConsoleParts): ConsoleDoor {
  const { store, desk, proof, links, stop, clock, publicUrl } = parts;
  const sessions = makeSessions(parts);
  const hosts = [...localhostAllowedHostnames(), ...parts.allowedHosts];
  const isSecure = (request: Request): boolean => ownOrigin(request, publicUrl).startsWith('https:');
  const sessionOf = (request: Request): Session | undefined => sessions.find(request, isSecure(request));

  const show = async (c: Context, pageOf: (setting: Setting) => Page, status: 200 | 403 | 404 | 409 = 200): Promise<Response> => {
    const session = sessionOf(c.req.raw);
    const setting: Setting = {
      now: await store.time(clock.now()),
      session,
      stopped: stop.why(),
      waiting: session ? (await desk.pending()).length : 0,
      people: parts.people,
    };
    return c.html(frame(setting, pageOf(setting)), status);
  };
  const plain = (c: Context, title: string, words: string, status: 403 | 404) =>
    show(c, () => ({ title, body: html`<section class="card"><h1>${title}</h1><p>${words}</p></section>` }), status);

  const app = new Hono<Vars>().basePath('/console');
  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
    if (c.res.headers.get('content-type')?.startsWith('text/html')) c.res.headers.set('referrer-policy', pageReferrer);
  });
  app.use(async (c, next) => {
    const refused = hostHeaderValidationResponse(c.req.raw, hosts);
    if (refused) return refused;
    // A HEAD would spend a link.
    if (c.req.method !== 'GET' && c.req.method !== 'POST') return c.text('Only GET and POST are answered here.', 405);
    return next();
  });

  app.get('/style.css', (c) => c.body(style, 200, { 'content-type': 'text/css; charset=utf-8' }));
  app.get('/link/:token', async (c) => {
    if (!(await links.spend(c.req.param('token'))))
      return plain(c, 'This link is spent', 'A link opens once, within ten minutes. iot-ops-mcp console prints a new one.', 403);
    c.header('set-cookie', sessions.open(undefined, isSecure(c.req.raw)));
    return c.redirect('/console', 303);
  });
  app.get('/sign-in', async (c) => {
    if (sessionOf(c.req.raw)) return c.redirect('/console', 303);
    return show(c, (setting) => signInPage(setting, ownPath(c.req.query('to'))));
  });

  app.post('*', async (c, next) => {
    const sent = await formOf(c.req.raw, publicUrl);
    if ('why' in sent) return c.text(sent.why, sent.status);
    c.set('form', sent.form);
    return next();
  });
  app.post('/sign-in', async (c) => {
    const { name, code, to } = fields(c.var.form);
    const to_ = ownPath(to);
    const proven = await tried(proof.prove(name, code));
    if ('why' in proven) return show(c, (setting) => ({ ...signInPage(setting, to_), problem: proven.why }), 403);
    c.header('set-cookie', sessions.open(proven.done, isSecure(c.req.raw)));
    return c.redirect(to_, 303);
  });

  app.use(async (c, next) => {
    const session = sessionOf(c.req.raw);
    if (!session) {
      // From a link in another site a browser keeps our cookie back; from a page of ours it sends it.
      if (c.req.method === 'GET' && c.req.header('sec-fetch-site') === 'cross-site') return c.html(onwardPage(ownPath(c.req.path)));
      return c.redirect(`/console/sign-in?to=${encodeURIComponent(ownPath(c.req.path))}`, 303);
    }
    if (c.req.method === 'POST' && !same(c.var.form.get('csrf') ?? '', session.csrf))
      return plain(c, 'Not from this session', 'This form belongs to another session; nothing was done. Open the page again.', 403);
    c.set('session', session);
    return next();
  });

  app.get('/', async (c) => {
    const pending = parts.redact(await desk.pending());
    return show(c, (setting) => waitingPage(setting, pending));
  });
  app.get('/changes', async (c) => {
    const listed = await store.list({}, c.req.query('after'), changesPerPage);
    return show(c, (setting) => historyPage(setting, parts.redact(listed)));
  });
  app.get('/audit', async (c) => {
    const before = Number(c.req.query('before') ?? Number.NaN);
    const view = await readAudit(store.audit(), Number.isSafeInteger(before) && before > 0 ? before : Number.POSITIVE_INFINITY);
    return show(c, (setting) => auditPage(setting, parts.redact(view)));
  });

  const showChange = async (c: Context, id: string, problem?: string, status: 200 | 403 | 409 = 200) => {
    const change = await store.get(id);
    if (!change) return plain(c, 'No such change', 'It may have been a change of an earlier sandbox.', 404);
    return show(c, (setting) => changePage(setting, parts.redact({ ...change, inputs: [], steps: [] }), problem), status);
  };
  app.get('/changes/:id', (c) => showChange(c, c.req.param('id')));
  app.post('/changes/:id/approve', async (c) => {
    const [id, { name, code }] = [c.req.param('id'), fields(c.var.form)];
    const proven = await tried(proof.prove(name, code));
    if ('why' in proven) return showChange(c, id, proven.why, 403);
    const approved = await tried(desk.approve(id, proven.done, 'console'));
    if ('why' in approved) return showChange(c, id, approved.why, 409);
    if (isApproved(approved.done, await store.time(clock.now()))) parts.approved(id);
    return c.redirect(`/console/changes/${encodeURIComponent(id)}`, 303);
  });
  app.post('/changes/:id/reject', async (c) => {
    const [id, { name, code, why }] = [c.req.param('id'), fields(c.var.form)];
    const proven = await tried(proof.prove(name, code));
    if ('why' in proven) return showChange(c, id, proven.why, 403);
    const rejected = await tried(desk.reject(id, proven.done, 'console', why));
    if ('why' in rejected) return showChange(c, id, rejected.why, 409);
    return c.redirect(`/console/changes/${encodeURIComponent(id)}`, 303);
  });

  app.post('/stop', (c) => {
    const { name } = c.var.session;
    const why = fence(fields(c.var.form).why, 120) || 'no reason given';
    stop.stop(`${why} (${name === undefined ? '' : `${name}, `}at the console)`);
    parts.say(`all changes were stopped at the console${name === undefined ? '' : ` by ${name}`}: ${why}`);
    return c.redirect('/console', 303);
  });
  app.post('/go', async (c) => {
    const { name, code } = fields(c.var.form);
    const proven = await tried(proof.prove(name, code));
    if ('why' in proven) {
      const pending = parts.redact(await desk.pending());
      return show(c, (setting) => ({ ...waitingPage(setting, pending), problem: proven.why, refresh: undefined }), 403);
    }
    stop.go();
    parts.say(`changes may run again: ${proven.done} said so at the console`);
    return c.redirect('/console', 303);
  });
  app.post('/sign-out', (c) => {
    c.header('set-cookie', sessions.close(c.req.raw, isSecure(c.req.raw)));
    return c.redirect('/console/sign-in', 303);
  });
  app.all('*', (c) => plain(c, 'Nothing here', 'The console begins at /console.', 404));
  app.onError((error, c) => {
    parts.say(`console: ${error.message}`);
    return c.text('Something went wrong here; the server has written down what.', 500, headers);
  });

  return { fetch: async (request) => app.fetch(request) };
}

/** A page of ours to go on to; the first one for anything else. */
function ownPath(path: string | undefined): string {
  return path !== undefined && /^\/console\/(changes|audit)(\/[\w-]{1,80})?$/.test(path) ? path : '/console';
}

function fields(form: URLSearchParams): { name: string; code: string; why: string; to: string } {
  const text = (name: string): string => form.get(name) ?? '';
  return { name: text('name'), code: text('code'), why: text('why'), to: text('to') };
}

/** What came of it, or a refusal in words; anything else goes on as the error that it is. */
async function tried<T>(work: Promise<T>): Promise<{ done: T } | { why: string }> {
  try {
    return { done: await work };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { why: `${capital(error.message)}. ${error.next}` };
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
