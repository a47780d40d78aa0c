/** Stopping all changes, which every session may, and resuming them, which takes an approver. */
import { sanitize } from '../../text/sanitize.ts';
import { attempt, formFields } from './form-fields.ts';
import type { ConsoleApp, ConsoleOptions } from './options.ts';
import type { Renderer } from './renderer.ts';
import { waitingPage } from './waiting-page.ts';

/** Routes behind the sign-in. */
export function addKillSwitchRoutes(app: ConsoleApp, options: ConsoleOptions, pages: Renderer): void {
  const { approvals, authenticator, killSwitch } = options;
  app.post('/stop', async (c) => {
    const { name } = c.var.session;
    const why = sanitize(formFields(c.var.form).why, 120) || 'no reason given';
    await killSwitch.pause(`${why} (${name === undefined ? '' : `${name}, `}at the console)`);
    options.log(`all changes were stopped at the console${name === undefined ? '' : ` by ${name}`}: ${why}`);
    return c.redirect('/console', 303);
  });
  app.post('/go', async (c) => {
    const { name, code } = formFields(c.var.form);
    const proven = await attempt(authenticator.authenticate(name, code));
    if ('why' in proven) {
      const pending = options.redact(await approvals.pending());
      return pages.show(c, (state) => ({ ...waitingPage(state, pending), problem: proven.why, refresh: undefined }), 403);
    }
    await killSwitch.resume();
    options.log(`changes were resumed at the console by ${proven.done}`);
    return c.redirect('/console', 303);
  });
}
