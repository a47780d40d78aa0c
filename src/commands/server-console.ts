/** The console of a process that serves. */
import { randomBytes } from 'node:crypto';

import { peopleOf } from '../approvers/people.ts';
import type { Product } from '../server.ts';
import type { ConsoleRoutes } from '../web/console/routes.ts';
import type { ServerRuntime } from './bootstrap.ts';

export interface ServerConsole {
  routes: ConsoleRoutes;
  /** Stores the address for "iot-ops-mcp console" and returns the log line with a first link. */
  announce(url: string): Promise<string>;
}

export async function makeServerConsole({ config, clock, state }: ServerRuntime, product: Product): Promise<ServerConsole> {
  const [{ makeConsoleRoutes }, { makeApprovalService }, { makeAuthenticator }, { makeConsoleLinks, storeConsoleAddress }] =
    await Promise.all([
      import('../web/console/routes.ts'),
      import('../approvers/approval.ts'),
      import('../approvers/approver.ts'),
      import('../approvers/console-links.ts'),
    ]);
  const { store, killSwitch } = state;
  const links = makeConsoleLinks({ store, clock, random: randomBytes });
  const door = makeConsoleRoutes({
    store,
    approvals: makeApprovalService({ store, clock, people: peopleOf(config.approvers, config.callerSettings) }),
    authenticator: makeAuthenticator({ approvers: config.approvers, store, clock }),
    links,
    killSwitch,
    clock,
    random: randomBytes,
    hasApprovers: config.approvers.length > 0,
    allowedHosts: config.http.allowedHosts,
    publicUrl: config.http.publicUrl,
    onApproved: (id) => void product.runApproved(id),
    redact: product.redact,
    log: product.log.info,
  });
  return {
    routes: door,
    async announce(url) {
      await storeConsoleAddress(store, url);
      return `Console: ${url}/console/link/${await links.create()} (opens once, within 10 minutes)`;
    },
  };
}
