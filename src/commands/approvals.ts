/** `iot-ops-mcp approvals`, `approve` and `reject`: approval in a terminal, outside the chat. */

import { approvalsText, runApprovalCommand } from '../approvers/commands.ts';
import { peopleOf } from '../approvers/people.ts';
import { openTerminal } from '../approvers/terminal.ts';
import { sharedClock, systemClock } from '../clock.ts';
import type { Flags } from '../config.ts';
import { withState } from './open-store.ts';
import { printLine } from './print.ts';

export async function approvals(options: Flags): Promise<void> {
  await withState(options, async ({ store }) => void printLine(await approvalsText({ store, clock: systemClock })));
}

type ApprovalOptions = Flags & { as?: string; why?: string };

export const approve = (id: string, options: ApprovalOptions): Promise<void> => decideAtTerminal('approve', id, options);
export const reject = (id: string, options: ApprovalOptions): Promise<void> => decideAtTerminal('reject', id, options);

async function decideAtTerminal(verb: 'approve' | 'reject', id: string, options: ApprovalOptions): Promise<void> {
  const terminal = openTerminal(process.stdin, process.stderr);
  await withState(options, async ({ store, killSwitch, clockOffset }, { approvers, callerSettings }) => {
    const people = peopleOf(approvers, callerSettings);
    const clock = clockOffset ? await sharedClock(systemClock, clockOffset) : systemClock;
    await runApprovalCommand({ store, clock, approvers, people, stopped: killSwitch.reason }, terminal, {
      verb,
      id,
      as: options.as,
      why: options.why,
    });
  });
}
