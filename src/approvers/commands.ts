/** Approving from the command line: what waits, yes, no, and a new approver. */
import { Refusal } from '../clients/http/errors.ts';
import type { Clock } from '../clock.ts';
import { type Change, waiting } from '../store/change.ts';
import type { ChangeStore } from '../store/store.ts';
import { fence } from '../text/fence.ts';
import { endLost, isApproved, makeDesk } from './approval.ts';
import { type Approver, approverName, hashPin, makeProof, newTotp, type RandomBytes } from './approver.ts';
import type { Terminal } from './terminal.ts';
import { carrierOf, planText, progress, waitingText } from './words.ts';

export interface CommandParts {
  store: ChangeStore;
  clock: Clock;
  approvers: readonly Approver[];
  /** Why all changes are stopped; undefined while they may run. */
  stopped(): string | undefined;
}

/** What waits for named people, oldest first. */
export async function approvalsText({ store, clock }: Pick<CommandParts, 'store' | 'clock'>): Promise<string> {
  const pending = await makeDesk({ store, clock }).pending();
  const now = await store.time(clock.now());
  return pending.length === 0 ? 'Nothing waits.' : pending.map((change) => waitingText(change, now)).join('\n\n');
}

export interface Decision {
  verb: 'approve' | 'reject';
  id: string;
  /** The approver's name; asked for when absent. */
  as?: string | undefined;
  why?: string | undefined;
}

/** How long a server is waited for, ms. */
const patience = 20_000;
const pause = 500;

/** Shows the plan, asks for name and proof at the terminal, and says what became of it. A Refusal when it cannot be. */
export async function decide(parts: CommandParts, terminal: Terminal, { verb, id, as, why = '' }: Decision): Promise<void> {
  const { store, clock, approvers } = parts;
  if (approvers.length === 0)
    throw new Refusal(
      'no approver is configured',
      '"iot-ops-mcp approver <name>" makes one for "approvers" in the configuration.',
      'approvers',
    );
  const desk = makeDesk(parts);
  terminal.say(`${planText(await desk.find(id), await store.time(clock.now()))}\n`);
  const stopped = parts.stopped();
  if (verb === 'approve' && stopped !== undefined)
    terminal.say(
      `All changes are stopped (${fence(stopped, 120)}): what is approved now is refused. "iot-ops-mcp go" lets them run again.\n`,
    );
  const name = as ?? (await terminal.ask('Your name as an approver: '));
  const by = await makeProof(parts).prove(name, await terminal.askHidden('PIN, or the code of your app: '));
  if (verb === 'reject') {
    const rejected = await desk.reject(id, by, 'terminal', why);
    return terminal.say(rejected.explanation ?? `${id} is rejected.`);
  }
  const approved = await desk.approve(id, by, 'terminal');
  const now = await store.time(clock.now());
  if (!isApproved(approved, now)) return terminal.say(`Noted. ${progress(approved, now)}.`);
  terminal.say(`Approved. Waiting for ${carrierOf(approved)}.`);
  terminal.say(outcome(await followed(parts, approved)));
}

/** The change as soon as a server has carried it out, or as it stands when patience is over. */
async function followed({ store, clock }: CommandParts, change: Change): Promise<Change> {
  const end = clock.now() + patience;
  let seen = change;
  while (clock.now() < end && [...waiting, 'applying'].includes(seen.status)) {
    await clock.sleep(pause);
    seen = await endLost(store, (await store.get(change.id)) ?? seen, await store.time(clock.now()));
  }
  return seen;
}

function outcome(change: Change): string {
  const { id, status, reason, explanation } = change;
  if (status === 'planned' || status === 'awaiting_approval')
    return `${id} was not taken up yet. The approval holds for 15 minutes; ${carrierOf(change)} must run on this state.`;
  return `${id} is ${status}${reason ? ` (${reason})` : ''}.${explanation ? ` ${fence(explanation, 600)}` : ''}`;
}

/** A new approver as a line for the configuration; the PIN is asked for twice, a TOTP secret is made here and said once. */
export async function newApprover(name: string, totp: boolean, terminal: () => Terminal, random: RandomBytes): Promise<string> {
  if (!approverName.test(name))
    throw new Refusal('name: has letters, digits, dot, dash, underscore and @, at most 40', 'Example: maria', 'name');
  if (totp) {
    const { secret, uri } = await newTotp(name, random);
    return [`secret  ${secret}`, `app     ${uri}`, `${JSON.stringify(name)}: { "totp": "${secret}" }`].join('\n');
  }
  const { askHidden } = terminal();
  const pin = await askHidden('New PIN, at least 6 characters: ');
  const hash = await hashPin(pin, random);
  if ((await askHidden('The same again: ')) !== pin) throw new Refusal('the two PINs differ', 'Nothing was made; try again.', 'pin');
  return `${JSON.stringify(name)}: { "pin": "${hash}" }`;
}
