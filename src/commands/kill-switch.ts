/** `iot-ops-mcp stop` and `go`: the kill switch of a state directory. */
import type { Config, Flags } from '../config.ts';
import { unsettledStatuses } from '../store/change.ts';
import type { KillSwitch } from '../store/kill-switch.ts';
import { memoryState, openExistingState } from '../store/open-shared-state.ts';
import type { ChangeStore } from '../store/store.ts';
import { sanitize } from '../text/sanitize.ts';
import { loadConfig, log } from './process-log.ts';

export async function pauseChanges(why: readonly string[], options: Flags): Promise<void> {
  const reason = why.join(' ') || 'stopped from the command line';
  const config = loadConfig(options);
  // Before the record is opened: it may be damaged.
  if (config.state === 'postgres') await inDatabase(config, (shared) => shared.pause(reason));
  else await memoryState(config).killSwitch.pause(reason);
  log.notice(
    `All changes are stopped for every server on ${placeOf(config)}: nothing starts, what is queued stops, what was sent is followed to its end. "iot-ops-mcp go" lets them run again.`,
  );
  const state = await openExistingState(config);
  if (!state) return;
  try {
    for (const line of await changesUnderWay(state.store)) log.notice(line);
  } finally {
    await state.close();
  }
}

const maxShown = 20;

/** The requests that were sent and have not ended, one line each; they are still followed. */
async function changesUnderWay(store: ChangeStore): Promise<string[]> {
  const found = await Promise.all(unsettledStatuses.map((status) => store.list({ status }, undefined, maxShown)));
  const total = found.reduce((sum, one) => sum + one.total, 0);
  const rows = found.flatMap((one) => one.rows).slice(0, maxShown);
  const more = total > rows.length ? [`  and ${total - rows.length} more`] : [];
  return [
    total === 0 ? 'Nothing is under way.' : `${total} under way:`,
    ...rows.map(({ id, status, summary }) => `  ${id} ${status}: ${sanitize(summary, 120)}`),
    ...more,
  ];
}

export async function resumeChanges(options: Flags): Promise<void> {
  const config = loadConfig(options);
  const was =
    config.state === 'postgres' ? await inDatabase(config, (shared) => shared.resume()) : await memoryState(config).killSwitch.resume();
  log.notice(was ? 'Changes may run again.' : 'Changes were not stopped.');
}

/** Uses the kill switch of a database. Where that cannot be reached, the servers of this machine are stopped all the same. */
async function inDatabase<T>(config: Config, use: (shared: KillSwitch) => Promise<T> | T): Promise<T> {
  const state = await openExistingState(config).catch(async (error: unknown) => {
    await memoryState(config).killSwitch.pause('the database could not be reached when all changes were stopped');
    throw error;
  });
  try {
    return await use((state ?? memoryState(config)).killSwitch);
  } finally {
    await state?.close();
  }
}

const placeOf = ({ state, stateDir }: Config): string => (state === 'postgres' ? 'the database' : stateDir);
