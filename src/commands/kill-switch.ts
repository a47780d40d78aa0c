/** `iot-ops-mcp stop` and `go`: the kill switch of a state directory. */
import type { Flags } from '../config.ts';
import { unsettledStatuses } from '../store/change.ts';
import { killSwitch } from '../store/kill-switch.ts';
import { sanitize } from '../text/sanitize.ts';
import { openStoreIfPresent } from './open-store.ts';
import { loadConfig, log } from './process-log.ts';

export async function pauseChanges(why: readonly string[], options: Flags): Promise<void> {
  const reason = why.join(' ') || 'stopped from the command line';
  const { stateDir } = loadConfig(options);
  killSwitch(stateDir).pause(reason);
  log.notice(
    `All changes are stopped for every server on ${stateDir}: nothing starts, what is queued stops, what was sent is followed to its end. "iot-ops-mcp go" lets them run again.`,
  );
  for (const line of await changesUnderWay(stateDir)) log.notice(line);
}

const maxShown = 20;

/** The requests that were sent and have not ended, one line each; they are still followed. */
async function changesUnderWay(stateDir: string): Promise<string[]> {
  const store = openStoreIfPresent(stateDir);
  if (!store) return [];
  try {
    const found = await Promise.all(unsettledStatuses.map((status) => store.list({ status }, undefined, maxShown)));
    const total = found.reduce((sum, one) => sum + one.total, 0);
    const rows = found.flatMap((one) => one.rows).slice(0, maxShown);
    const more = total > rows.length ? [`  and ${total - rows.length} more`] : [];
    return [
      total === 0 ? 'Nothing is under way.' : `${total} under way:`,
      ...rows.map(({ id, status, summary }) => `  ${id} ${status}: ${sanitize(summary, 120)}`),
      ...more,
    ];
  } finally {
    store.close();
  }
}

export function resumeChanges(options: Flags): void {
  const { stateDir } = loadConfig(options);
  log.notice(killSwitch(stateDir).resume() ? 'Changes may run again.' : 'Changes were not stopped.');
}
