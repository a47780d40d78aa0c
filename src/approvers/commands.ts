/** The command line for approvers: list, approve, reject, and create an approver. */
import { Refusal } from '../clients/http/errors.ts';
import type { Clock } from '../clock.ts';
import { type Change, waitingStatuses } from '../store/change.ts';
import type { ChangeStore } from '../store/store.ts';
import { sanitize } from '../text/sanitize.ts';
import { endIfInputsLost, isApproved, makeApprovalService } from './approval.ts';
import { type Approver, approverName, hashPin, makeAuthenticator, newTotp, type RandomBytes } from './approver.ts';
import { approvalProgress, describeExecutor, formatPlan, formatWaiting } from './format.ts';
import type { People } from './people.ts';
import type { Terminal } from './terminal.ts';

export interface CommandOptions {
  store: ChangeStore;
  clock: Clock;
  approvers: readonly Approver[];
  /** Who uses which caller. */
  people?: People | undefined;
  /** Reason of the kill switch; undefined while changes may run. */
  stopped(): Promise<string | undefined> | string | undefined;
}

/** The changes that wait for named people, oldest first, as text. */
export async function approvalsText({ store, clock }: Pick<CommandOptions, 'store' | 'clock'>): Promise<string> {
  const pending = await makeApprovalService({ store, clock }).pending();
  const now = await store.time(clock.now());
  return pending.length === 0 ? 'No change waits for approval.' : pending.map((change) => formatWaiting(change, now)).join('\n\n');
}

/** Arguments of `approve` and `reject`. */
export interface ApprovalCommand {
  verb: 'approve' | 'reject';
  id: string;
  /** Name of the approver. Asked for if absent. */
  as?: string | undefined;
  why?: string | undefined;
}

/** How long to wait until a server has applied the change, ms. */
const waitMs = 20_000;
const pollMs = 500;

/**
 * Shows the plan, asks for name and code at the terminal, approves or rejects the change, and prints the result. Throws a Refusal if the
 * change does not wait or the code is wrong.
 */
export async function runApprovalCommand(
  parts: CommandOptions,
  terminal: Terminal,
  { verb, id, as, why = '' }: ApprovalCommand,
): Promise<void> {
  const { store, clock, approvers } = parts;
  if (approvers.length === 0)
    throw new Refusal(
      'no approver is configured',
      'Run "iot-ops-mcp approver <name>" to create one for "approvers" in the configuration.',
      'approvers',
    );
  const service = makeApprovalService(parts);
  terminal.print(`${formatPlan(await service.find(id), await store.time(clock.now()))}\n`);
  const stopped = await parts.stopped();
  if (verb === 'approve' && stopped !== undefined)
    terminal.print(
      `All changes are stopped (${sanitize(stopped, 120)}): a change approved now is refused. "iot-ops-mcp go" allows changes again.\n`,
    );
  const name = as ?? (await terminal.ask('Your name as an approver: '));
  const by = await makeAuthenticator(parts).authenticate(name, await terminal.askHidden('PIN, or the code of your app: '));
  if (verb === 'reject') {
    const rejected = await service.reject(id, by, 'terminal', why);
    return terminal.print(rejected.explanation ?? `${id} is rejected.`);
  }
  const approved = await service.approve(id, by, 'terminal');
  const now = await store.time(clock.now());
  if (!isApproved(approved, now)) return terminal.print(`Recorded. ${approvalProgress(approved, now)}.`);
  terminal.print(`Approved. Waiting for ${describeExecutor(approved)}.`);
  terminal.print(outcome(await waitUntilApplied(parts, approved)));
}

/** Polls until a server has applied the change or the wait is over, and returns it. */
async function waitUntilApplied({ store, clock }: CommandOptions, change: Change): Promise<Change> {
  const end = clock.now() + waitMs;
  let current = change;
  while (clock.now() < end && [...waitingStatuses, 'applying'].includes(current.status)) {
    await clock.sleep(pollMs);
    current = await endIfInputsLost(store, (await store.get(change.id)) ?? current, await store.time(clock.now()));
  }
  return current;
}

function outcome(change: Change): string {
  const { id, status, reason, explanation } = change;
  if (status === 'planned' || status === 'awaiting_approval')
    return `${id} has not been started yet. The approval is valid for 15 minutes; ${describeExecutor(change)} must run with this state directory.`;
  return `${id} is ${status}${reason ? ` (${reason})` : ''}.${explanation ? ` ${sanitize(explanation, 600)}` : ''}`;
}

/** Creates an approver and returns the line for the configuration. A PIN is asked for twice; a TOTP secret is generated and shown once. */
export async function newApprover(name: string, totp: boolean, terminal: () => Terminal, random: RandomBytes): Promise<string> {
  if (!approverName.test(name))
    throw new Refusal('name: must have 1 to 40 letters, digits, dots, dashes, underscores or @', 'Example: maria', 'name');
  if (totp) {
    const { secret, uri } = await newTotp(name, random);
    return [`secret  ${secret}`, `app     ${uri}`, `${JSON.stringify(name)}: { "totp": "${secret}" }`].join('\n');
  }
  const { askHidden } = terminal();
  const pin = await askHidden('New PIN, at least 6 characters: ');
  const hash = await hashPin(pin, random);
  if ((await askHidden('Repeat the PIN: ')) !== pin) throw new Refusal('the two PINs differ', 'No approver was created; try again.', 'pin');
  return `${JSON.stringify(name)}: { "pin": "${hash}" }`;
}
