/** `iot-ops-mcp approver`: creates the configuration line of an approver. */
import { randomBytes } from 'node:crypto';

import { newApprover } from '../approvers/commands.ts';
import { openTerminal } from '../approvers/terminal.ts';
import { printLine } from './print.ts';
import { log } from './process-log.ts';

export async function approver(name: string, { totp = false }: { totp?: boolean }): Promise<void> {
  const line = await newApprover(name, totp, () => openTerminal(process.stdin, process.stderr), randomBytes);
  log.notice('For "approvers" in the configuration, or for the JSON file that IOT_OPS_APPROVERS_FILE names:');
  printLine(line);
}
