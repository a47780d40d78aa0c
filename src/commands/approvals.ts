/** `iot-ops-mcp approvals`, `approve` and `reject`: named people in a terminal of their own. */
import { approvalsText, decide } from '../approvers/commands.ts';
import { openTerminal } from '../approvers/terminal.ts';
import { systemClock } from '../clock.ts';
import { type Flags, readConfig } from '../config.ts';
import { stopSwitch } from '../store/stop.ts';
import { recordOf } from './record-of.ts';

export async function approvals(options: Flags): Promise<void> {
  const store = recordOf(options);
  process.stdout.write(`${await approvalsText({ store, clock: systemClock })}\n`);
  store.close();
}

type Said = Flags & { as?: string; why?: string };

export const approve = (id: string, options: Said): Promise<void> => decideAt('approve', id, options);
export const reject = (id: string, options: Said): Promise<void> => decideAt('reject', id, options);

async function decideAt(verb: 'approve' | 'reject', id: string, options: Said): Promise<void> {
  const terminal = openTerminal(process.stdin, process.stderr);
  const { approvers, stateDir } = readConfig(options, process.env);
  const store = recordOf(options);
  try {
    await decide({ store, clock: systemClock, approvers, stopped: stopSwitch(stateDir).why }, terminal, {
      verb,
      id,
      as: options.as,
      why: options.why,
    });
  } finally {
    store.close();
  }
}
