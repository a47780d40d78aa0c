/** `iot-ops-mcp stop` and `go`: the kill switch of a state directory. */
import { type Flags, readConfig } from '../config.ts';
import { underWay } from '../store/change.ts';
import { stopSwitch } from '../store/stop.ts';
import { fence } from '../text/fence.ts';
import { recordIn } from './record-of.ts';
import { say } from './say.ts';

export async function stop(why: readonly string[], options: Flags): Promise<void> {
  const reason = why.join(' ') || 'stopped from the command line';
  const { stateDir } = readConfig(options, process.env);
  stopSwitch(stateDir).stop(reason);
  say(
    `All changes are stopped for every server on ${stateDir}: nothing starts, what is queued stops, what was sent is followed to its end. "iot-ops-mcp go" lets them run again.`,
  );
  for (const line of await listed(stateDir)) say(line);
}

const shown = 20;

/** What was sent and has not ended, a line each: it is followed all the same. */
async function listed(stateDir: string): Promise<string[]> {
  const store = recordIn(stateDir);
  if (!store) return [];
  try {
    const found = await Promise.all(underWay.map((status) => store.list({ status }, undefined, shown)));
    const total = found.reduce((sum, one) => sum + one.total, 0);
    const rows = found.flatMap((one) => one.rows).slice(0, shown);
    const more = total > rows.length ? [`  and ${total - rows.length} more`] : [];
    return [
      total === 0 ? 'Nothing is under way.' : `${total} under way:`,
      ...rows.map(({ id, status, summary }) => `  ${id} ${status}: ${fence(summary, 120)}`),
      ...more,
    ];
  } finally {
    store.close();
  }
}

export function go(options: Flags): void {
  const { stateDir } = readConfig(options, process.env);
  say(stopSwitch(stateDir).go() ? 'Changes may run again.' : 'Changes were not stopped.');
}
