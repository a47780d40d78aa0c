/** `iot-ops-mcp store`: checks, backs up and copies what the servers keep. */
import { existsSync } from 'node:fs';

import { databaseUrl } from '../config/store-settings.ts';
import { type Config, ConfigError, type Flags } from '../config.ts';
import { verifyAudit } from '../store/audit.ts';
import { openStatuses } from '../store/change.ts';
import { openSharedState } from '../store/open-shared-state.ts';
import type { SharedState } from '../store/shared-state.ts';
import { withState } from './open-store.ts';
import { printLine } from './print.ts';
import { log } from './process-log.ts';

/** Counts the changes, reads each of them whole and verifies the record; throws a ConfigError or a StoreFailed if something is broken. */
export async function storeCheck(options: Flags): Promise<void> {
  await withState(options, async (state) => {
    for (const line of await reportOf(state)) printLine(line);
    await readAll(state);
    await verifiedHead(state);
  });
}

async function reportOf({ store, place }: SharedState): Promise<string[]> {
  const { total } = await store.list({}, undefined, 1);
  const open = await Promise.all(openStatuses.map(async (status) => ({ status, n: (await store.list({ status }, undefined, 1)).total })));
  const found = open.filter(({ n }) => n > 0).map(({ status, n }) => `${n} ${status}`);
  return [place, `${total} changes, ${found.length > 0 ? found.join(', ') : 'none open'}`, `${await store.newestLine()} lines of record`];
}

/** Reads all changes with their parts. */
async function readAll({ whole }: SharedState): Promise<void> {
  if (!whole) return;
  const { changes } = await whole.content();
  for await (const _ of changes);
}

/** The head of the record after verifying it. */
async function verifiedHead({ store, place }: SharedState): Promise<{ lines: number; head: string }> {
  const { lines, head, broken } = await verifyAudit(store.audit());
  if (broken !== undefined)
    throw new ConfigError(`the record of ${place} is broken at line ${broken}: it was changed, or lines are missing`);
  return { lines, head };
}

export async function storeBackup(to: string, options: Flags): Promise<void> {
  await withState(options, async (state) => {
    if (!state.backUp)
      throw new ConfigError(
        `a backup of ${state.place} is made by its own tools (pg_dump), or by "iot-ops-mcp store copy --to <state directory>"`,
      );
    if (existsSync(to)) throw new ConfigError(`${to} exists already; name a file that does not`);
    await state.backUp(to);
    log.notice(
      `${state.place} is backed up to ${to}. Keep the file "key" of the state directory with it: without it, plans that wait end.`,
    );
  });
}

/** Copies everything to an empty state directory or database, and verifies the record on both sides. */
export async function storeCopy(options: Flags & { to: string }): Promise<void> {
  await withState(options, async (from, config) => {
    const to = await openSharedState(targetOf(options.to, config));
    try {
      const before = await verifiedHead(from);
      if (!from.whole || !to.whole) throw new ConfigError('a store in memory cannot be copied');
      await to.whole.fill(await from.whole.content());
      const after = await verifiedHead(to);
      if (before.head !== after.head)
        throw new ConfigError(`${from.place} was written to while it was copied: stop its servers and copy again`);
      log.notice(
        `${after.lines} lines of record and all changes are copied from ${from.place} to ${to.place}, head ${after.head}. Plans that wait are asked again unless the seal key is the same.`,
      );
    } finally {
      await to.close();
    }
  });
}

function targetOf(to: string, { stateDir, sealKeys }: Config): Parameters<typeof openSharedState>[0] {
  if (!/^postgres(ql)?:/.test(to)) return { stateDir: to, state: 'file', storeUrl: undefined, sealKeys };
  // The key is not used for copying, but servers need one.
  return {
    stateDir,
    state: 'postgres',
    storeUrl: databaseUrl(to, '--to', false),
    sealKeys: sealKeys.length > 0 ? sealKeys : [Buffer.alloc(32)],
  };
}
