/** The audit log of a busy day: the time to verify its chain, and whether one changed character is detected. */
import { once } from 'node:events';

import { collectRows, verifyAudit } from '../src/store/audit.ts';
import { sqliteStore } from '../src/store/sqlite.ts';
import { isDetected, storeDay } from './lib/busy-day.ts';
import { bundle, spawnNode, temporaryPath } from './lib/children.ts';
import { type Counts, type Row, row, type Section } from './lib/report.ts';
import { durationOf, interleaved } from './lib/stats.ts';

/** The time of the command from spawn to exit. */
async function runAuditVerify(state: string): Promise<void> {
  const [code] = await once(spawnNode([bundle, 'audit', 'verify', '--state', state]), 'exit');
  if (code !== 0) throw new Error(`audit verify ended with ${code}`);
}

export async function auditLog(counts: Counts): Promise<Section> {
  const changes = counts.of(5000, 250);
  const state = temporaryPath('day');
  const store = sqliteStore(`${state}/changes.db`);
  await storeDay(store, changes);
  const { lines } = await verifyAudit(store.audit());

  const seen = await interleaved(counts.of(9, 3), {
    followed: () => durationOf(async () => verifyAudit(store.audit())),
    command: () => durationOf(() => runAuditVerify(state)),
  });
  const places = [1, lines / 2, lines];
  const rows = await collectRows(store.audit());
  const seenAt = await Promise.all(places.map((line) => isDetected(rows, { line, member: 'body', at: 40 })));
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
