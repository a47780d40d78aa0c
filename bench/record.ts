/** The audit log of a busy day: the time to verify its chain, and whether one changed character is detected. */
import { once } from 'node:events';

import { allOf, verifyAudit } from '../src/store/audit.ts';
import { sqliteStore } from '../src/store/sqlite.ts';
import { bundle, node, pathOf } from './lib/children.ts';
import { isFound, keepDay } from './lib/day.ts';
import { type Counts, type Row, row, type Section } from './lib/report.ts';
import { interleaved, timed } from './lib/stats.ts';

/** The time of the command from spawn to exit. */
async function verified(state: string): Promise<void> {
  const [code] = await once(node([bundle, 'audit', 'verify', '--state', state]), 'exit');
  if (code !== 0) throw new Error(`audit verify ended with ${code}`);
}

export async function record(counts: Counts): Promise<Section> {
  const changes = counts.of(5000, 250);
  const state = pathOf('day');
  const store = sqliteStore(`${state}/changes.db`);
  await keepDay(store, changes);
  const { lines } = await verifyAudit(store.audit());

  const seen = await interleaved(counts.of(9, 3), {
    followed: () => timed(async () => verifyAudit(store.audit())),
    command: () => timed(() => verified(state)),
  });
  const places = [1, lines / 2, lines];
  const rows = await allOf(store.audit());
  const seenAt = await Promise.all(places.map((line) => isFound(rows, { line, member: 'body', at: 40 })));
  const found = seenAt.filter(Boolean).length;
  store.close();
  const flip: Row = {
    what: `one character changed, in line ${places.map((line) => line.toLocaleString('en')).join(', ')}`,
    target: 'found at its line',
    measured: `${found} of ${places.length} found`,
    met: found === places.length,
  };
  return {
    title: 'The audit log',
    compared: `${changes.toLocaleString('en')} changes of one day as the store writes them: ${lines.toLocaleString('en')} entries in SQLite. The whole chain is verified in this process and by \`audit verify\` from spawn to exit.`,
    rows: [
      row('verifying the chain', seen.followed, { unit: 'ms', below: 1000 }),
      row('`audit verify` as a process', seen.command, { unit: 'ms', below: 1000 }),
      flip,
    ],
  };
}
