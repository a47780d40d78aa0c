/** Changes and the audit log: what waits, what happened, and the decisions of approvers. */
import { isApproved } from '../../approvers/approval.ts';
import { auditPage, makeAuditReader } from './audit-page.ts';
import { changePage, shownOf } from './change-page.ts';
import { attempt, formFields } from './form-fields.ts';
import { changesPerPage, historyPage } from './history-page.ts';
import type { ConsoleApp, ConsoleContext, ConsoleOptions } from './options.ts';
import type { Renderer } from './renderer.ts';
import { waitingPage } from './waiting-page.ts';

/** Routes behind the sign-in. */
export function addChangeRoutes(app: ConsoleApp, options: ConsoleOptions, pages: Renderer): void {
  const { store, approvals, authenticator, clock } = options;
  const readAudit = makeAuditReader(store);
  app.get('/', async (c) => {
    const pending = options.redact(await approvals.pending());
    return pages.show(c, (state) => waitingPage(state, pending));
  });
  app.get('/changes', async (c) => {
    const listed = await store.list({}, c.req.query('after'), changesPerPage);
    return pages.show(c, (state) => historyPage(state, options.redact(listed)));
  });
  app.get('/audit', async (c) => {
    const before = Number(c.req.query('before') ?? Number.NaN);
    const view = await readAudit(Number.isSafeInteger(before) && before > 0 ? before : Number.POSITIVE_INFINITY);
    return pages.show(c, (state) => auditPage(state, options.redact(view)));
  });

  const showChange = async (c: ConsoleContext, id: string, problem?: string, status: 200 | 403 | 409 = 200) => {
    const change = await store.get(id);
    if (!change) return pages.plain(c, 'Change not found', 'It may belong to an earlier run of the sandbox.', 404);
    const sent = await store.requestsOf(id);
    const all = c.req.query('requests') === 'all';
    return pages.show(c, (state) => changePage(state, options.redact(shownOf(change, sent, all)), problem), status);
  };
  app.get('/changes/:id', (c) => showChange(c, c.req.param('id')));
  app.post('/changes/:id/approve', async (c) => {
    const [id, { name, code }] = [c.req.param('id'), formFields(c.var.form)];
    const proven = await attempt(authenticator.authenticate(name, code));
    if ('why' in proven) return showChange(c, id, proven.why, 403);
    const approved = await attempt(approvals.approve(id, proven.done, 'console'));
    if ('why' in approved) return showChange(c, id, approved.why, 409);
    if (isApproved(approved.done, await store.time(clock.now()))) options.onApproved(id);
    return c.redirect(`/console/changes/${encodeURIComponent(id)}`, 303);
  });
  app.post('/changes/:id/reject', async (c) => {
    const [id, { name, code, why }] = [c.req.param('id'), formFields(c.var.form)];
    const proven = await attempt(authenticator.authenticate(name, code));
    if ('why' in proven) return showChange(c, id, proven.why, 403);
    const rejected = await attempt(approvals.reject(id, proven.done, 'console', why));
    if ('why' in rejected) return showChange(c, id, rejected.why, 409);
    return c.redirect(`/console/changes/${encodeURIComponent(id)}`, 303);
  });
}
