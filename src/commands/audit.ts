/** `iot-ops-mcp audit`: prints or verifies the audit log. */
import { ConfigError, type Flags } from '../config.ts';
import { asCsv, asJsonLines, verifyAudit } from '../store/audit.ts';
import { readHeads } from '../store/heads.ts';
import { securePermissions } from '../store/state-directory.ts';
import { isFull } from '../store/store-failed.ts';
import { withState } from './open-store.ts';
import { printLine } from './print.ts';
import { loadConfig, log } from './process-log.ts';

export async function auditVerify(options: Flags & { head?: string; heads?: string }): Promise<void> {
  const noted = [...(options.head === undefined ? [] : [options.head]), ...(options.heads === undefined ? [] : readHeads(options.heads))];
  const { stateDir, state } = loadConfig(options);
  if (state === 'file')
    for (const warning of [...securePermissions(stateDir), ...(isFull(stateDir) ? [diskFull(stateDir)] : [])]) log.warn(warning);
  const { lines, head, broken, lost } = await withState(options, ({ store }) => verifyAudit(store.audit(), noted));
  printLine(`${lines} lines as they were written, head ${head}`);
  if (broken !== undefined) throw new ConfigError(`the record is broken at line ${broken}: it was changed, or lines are missing`);
  if (lost !== undefined) throw new ConfigError(`the head ${lost} is not in the record: its tail was cut, or it is another record`);
}

const diskFull = (stateDir: string): string =>
  `the disk of ${stateDir} is full: no change can be recorded, so none is sent until there is space`;

export async function auditExport(options: Flags & { format: 'jsonl' | 'csv' }): Promise<void> {
  await withState(options, async ({ store }) => {
    for await (const line of (options.format === 'csv' ? asCsv : asJsonLines)(store.audit())) if (!printLine(line)) break;
  });
}
