/** The console of a serving process. */
import { randomBytes } from 'node:crypto';

import type { Product } from '../server.ts';
import { stopSwitch } from '../store/stop.ts';
import type { ConsoleDoor } from '../web/console/door.ts';
import type { Ground } from './ground.ts';
import { say } from './say.ts';

export interface OwnConsole {
  door: ConsoleDoor;
  /** Notes its address for "iot-ops-mcp console"; the line by which an operator learns it, with a first link. */
  opened(url: string): Promise<string>;
}

export async function consoleOf({ config, clock, store }: Ground, product: Product): Promise<OwnConsole> {
  const [{ consoleDoor }, { makeDesk }, { makeProof }, { makeLinks, sayAddress }] = await Promise.all([
    import('../web/console/door.ts'),
    import('../approvers/approval.ts'),
    import('../approvers/approver.ts'),
    import('../approvers/link.ts'),
  ]);
  const links = makeLinks({ store, clock, random: randomBytes });
  const door = consoleDoor({
    store,
    desk: makeDesk({ store, clock }),
    proof: makeProof({ approvers: config.approvers, store, clock }),
    links,
    stop: stopSwitch(config.stateDir),
    clock,
    random: randomBytes,
    people: config.approvers.length > 0,
    allowedHosts: config.http.allowedHosts,
    publicUrl: config.http.publicUrl,
    approved: (id) => void product.takeUp(id),
    redact: product.redact,
    say,
  });
  return {
    door,
    async opened(url) {
      await sayAddress(store, url);
      return `Console: ${url}/console/link/${await links.make()} (opens once, within 10 minutes)`;
    },
  };
}
