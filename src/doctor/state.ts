/** Checks where the servers keep changes: the state directory, the store in it or the database, and the kill switch. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { messageOf } from '../changes/outcome.ts';
import type { Config } from '../config.ts';
import { readHeads } from '../store/heads.ts';
import { recordOfKey } from '../store/key.ts';
import { killSwitch } from '../store/kill-switch.ts';
import { openExistingState } from '../store/open-shared-state.ts';
import { isFull, StoreFailed } from '../store/store-failed.ts';
import { type Checked, type Fact, type Finding, finding, together } from './finding.ts';

type StateSettings = Pick<Config, 'stateDir' | 'state' | 'storeUrl' | 'sealKeys' | 'headsFile'>;

export async function checkState(settings: StateSettings): Promise<Checked> {
  const { stateDir, state } = settings;
  if (state === 'memory') return { facts: [{ at: 'state', seen: 'in memory: changes end with the server' }], findings: stopped(stateDir) };
  const parts = [
    { facts: [], findings: [...stopped(stateDir), ...headsFindings(settings)] },
    state === 'postgres' ? await checkDatabase(settings) : await checkDirectory(settings),
  ];
  return together(parts);
}

function stopped(stateDir: string): Finding[] {
  if (!existsSync(stateDir)) return [];
  const why = killSwitch(stateDir).reason();
  return why === undefined
    ? []
    : [finding('changes-stopped', stateDir, `all changes are stopped: ${why}`, `iot-ops-mcp go --state ${stateDir}`)];
}

async function checkDirectory({ stateDir, headsFile }: StateSettings): Promise<Checked> {
  const place = nearestExisting(stateDir);
  if (!statSync(place).isDirectory()) return { facts: [], findings: [readOnly(stateDir, `${place} is a file, not a directory`)] };
  if (!mayWrite(place)) return { facts: [], findings: [readOnly(stateDir, `${place} cannot be written by this user`)] };
  if (isFull(place)) return { facts: [], findings: [diskFull(place)] };
  if (place !== resolve(stateDir)) return { facts: [{ at: 'state', seen: `${stateDir}, made by the first server` }], findings: [] };
  const { accessOf, recordFile } = await import('../store/state-directory.ts');
  const { directory, files } = accessOf(stateDir);
  const access = [
    ...directory.map(({ seen, fix }) =>
      finding(
        'state-open',
        stateDir,
        seen,
        fix === undefined ? `Change its owner to the user of the server: chown -R "$(id -un)" ${stateDir}` : `${fix} ${stateDir}`,
      ),
    ),
    ...files.map((path) => finding('state-readable', path, 'others can read it', `chmod 600 ${path}`)),
  ];
  return together([{ facts: [], findings: access }, await checkRecord(stateDir, recordFile(stateDir), headsFile)]);
}

async function checkRecord(stateDir: string, path: string, headsFile: string | undefined): Promise<Checked> {
  const bound = recordOfKey(stateDir);
  if (!existsSync(path)) {
    const facts: Fact[] = [{ at: 'state', seen: `${stateDir}, no change so far` }];
    return bound === undefined ? { facts, findings: [] } : { facts: [], findings: [lost(stateDir, `${path} is missing`)] };
  }
  const closed = ['', '-wal', '-shm'].map((end) => path + end).find((file) => existsSync(file) && !mayWrite(file));
  if (closed !== undefined) return { facts: [], findings: [readOnly(stateDir, `${closed} cannot be written by this user`)] };
  const { inspectSqlite } = await import('../store/inspect-sqlite.ts');
  const found = await inspectSqlite(path, headsFile !== undefined && existsSync(headsFile) ? readHeads(headsFile) : []);
  if (found.is !== 'good') return { facts: [], findings: [conditionFinding(found.is, { stateDir, path, why: found.why })] };
  if (bound !== undefined && found.recordId !== undefined && bound !== found.recordId)
    return { facts: [], findings: [lost(stateDir, `${path} is another record than before`)] };
  const older = found.version < found.newest ? `; ${versionText(found.version, found.newest)}` : '';
  return { facts: [{ at: 'state', seen: `${stateDir}, ${found.changes} changes, ${found.lines} lines of record${older}` }], findings: [] };
}

function conditionFinding(
  is: 'locked' | 'damaged' | 'read-only' | 'newer' | 'broken' | 'unknown',
  { stateDir, path, why }: { stateDir: string; path: string; why: string },
): Finding {
  const restore = `Stop the servers, move ${path} away and restore it from a backup ("iot-ops-mcp store backup" makes one).`;
  switch (is) {
    case 'locked':
      return finding(
        'store-locked',
        path,
        why,
        `End the program that holds it: fuser -v ${path} shows it; a server holds it for moments only.`,
      );
    case 'newer':
      return finding(
        'store-newer',
        path,
        `a newer version of this program wrote it: ${why}`,
        'Update iot-ops-mcp to that version, or restore the backup from before the update.',
      );
    case 'broken':
      return finding(
        'record-broken',
        path,
        `the record is broken${why}`,
        `Keep a copy for the inquiry, then restore a backup; iot-ops-mcp audit verify --state ${stateDir} tells whether it is whole.`,
      );
    case 'read-only':
      return readOnly(stateDir, `${path}: ${why}`);
    case 'damaged':
    case 'unknown':
      return finding('store-damaged', path, why, restore);
  }
}

const versionText = (version: number, newest: number): string => `version ${version}, brought up to ${newest} by the next server`;

async function checkDatabase(settings: StateSettings): Promise<Checked> {
  const at = 'store';
  try {
    const { inspectSchema } = await import('../store/postgres/inspect.ts');
    const { version, newest } = await inspectSchema(settings.storeUrl ?? '');
    // A server would bring it up to date when it opens it.
    if (version < newest) return { facts: [{ at: 'state', seen: `the database has ${versionText(version, newest)}` }], findings: [] };
    const state = await openExistingState(settings);
    if (!state) return { facts: [], findings: [] };
    try {
      const why = await state.killSwitch.reason();
      const lines = await state.store.newestLine();
      const findings =
        why === undefined ? [] : [finding('changes-stopped', state.place, `all changes are stopped: ${why}`, 'iot-ops-mcp go')];
      return { facts: [{ at: 'state', seen: `${state.place}, ${lines} lines of record` }], findings };
    } finally {
      await state.close();
    }
  } catch (error) {
    const fix = error instanceof StoreFailed ? error.next : 'Correct "store" in the configuration, or IOT_OPS_STORE.';
    return { facts: [], findings: [finding('store-unreachable', at, messageOf(error), fix)] };
  }
}

const lost = (stateDir: string, what: string): Finding =>
  finding(
    'record-lost',
    stateDir,
    `${what}, although the key beside it has sealed a record of changes`,
    `Restore changes.db from a backup. To begin a new record on purpose, move ${join(stateDir, 'key')} and what is left of changes.db away.`,
  );

const readOnly = (stateDir: string, seen: string): Finding =>
  finding(
    'state-read-only',
    stateDir,
    seen,
    `Give it to the user of the server: chown -R "$(id -un)" ${stateDir} && chmod -R u+rwX ${stateDir}; or name another with --state.`,
  );

const diskFull = (place: string): Finding =>
  finding('disk-full', place, 'the disk is full: no change can be recorded, so none is sent', `Free space there: df -h ${place}`);

function headsFindings({ headsFile }: StateSettings): Finding[] {
  if (headsFile === undefined) return [];
  const writable = mayWrite(existsSync(headsFile) ? headsFile : dirname(resolve(headsFile)));
  return writable
    ? []
    : [
        finding(
          'state-read-only',
          headsFile,
          'headsFile cannot be written by this user',
          `Give the user of the server the right to write ${headsFile}, or correct "headsFile".`,
        ),
      ];
}

function nearestExisting(path: string): string {
  const at = resolve(path);
  return existsSync(at) || dirname(at) === at ? at : nearestExisting(dirname(at));
}

/** Root may write everywhere by its rights, but not on a disk that is mounted for reading only: the system call knows. */
function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
