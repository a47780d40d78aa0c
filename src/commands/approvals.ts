/** `iot-ops-mcp approvals`, `approve` and `reject`: approval in a terminal, outside the chat. */

import { approvalsText, runApprovalCommand } from '../approvers/commands.ts';
import { peopleOf } from '../approvers/people.ts';
import { openTerminal } from '../approvers/terminal.ts';
import { systemClock } from '../clock.ts';
import type { Flags } from '../config.ts';
import { killSwitch } from '../store/kill-switch.ts';
import { openStore } from './open-store.ts';
import { printLine } from './print.ts';
import { loadConfig } from './process-log.ts';

export async function approvals(options: Flags): Promise<void> {
  const store = openStore(options);
  printLine(await approvalsText({ store, clock: systemClock }));
  store.close();
}

type ApprovalOptions = Flags & { as?: string; why?: string };

export const approve = (id: string, options: ApprovalOptions): Promise<void> => decideAtTerminal('approve', id, options);
export const reject = (id: string, options: ApprovalOptions): Promise<void> => decideAtTerminal('reject', id, options);

async function decideAtTerminal(verb: 'approve' | 'reject', id: string, options: ApprovalOptions): Promise<void> {
  const terminal = openTerminal(process.stdin, process.stderr);
  const { approvers, callerSettings, stateDir } = loadConfig(options);
  const store = openStore(options);
  try {
    const people = peopleOf(approvers, callerSettings);
    await runApprovalCommand({ store, clock: systemClock, approvers, people, stopped: killSwitch(stateDir).reason }, terminal, {
      verb,
      id,
      as: options.as,
      why: options.why,
    });
  } finally {
    store.close();
  }
}
