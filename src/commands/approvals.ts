/** `iot-ops-mcp approvals`, `approve` and `reject`: named people in a terminal of their own. */
import { approvalsText, runApprovalCommand } from '../approvers/commands.ts';
import { openTerminal } from '../approvers/terminal.ts';
import { systemClock } from '../clock.ts';
import { type Flags, readConfig } from '../config.ts';
import { killSwitch } from '../store/kill-switch.ts';
import { openStore } from './open-store.ts';

export async function approvals(options: Flags): Promise<void> {
  const store = openStore(options);
  process.stdout.write(`${await approvalsText({ store, clock: systemClock })}\n`);
  store.close();
}

type ApprovalOptions = Flags & { as?: string; why?: string };

export const approve = (id: string, options: ApprovalOptions): Promise<void> => decideAtTerminal('approve', id, options);
export const reject = (id: string, options: ApprovalOptions): Promise<void> => decideAtTerminal('reject', id, options);

async function decideAtTerminal(verb: 'approve' | 'reject', id: string, options: ApprovalOptions): Promise<void> {
  const terminal = openTerminal(process.stdin, process.stderr);
  const { approvers, stateDir } = readConfig(options, process.env);
  const store = openStore(options);
  try {
    await runApprovalCommand({ store, clock: systemClock, approvers, stopped: killSwitch(stateDir).reason }, terminal, {
      verb,
      id,
      as: options.as,
      why: options.why,
    });
  } finally {
    store.close();
  }
}
