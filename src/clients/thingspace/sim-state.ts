/** States of a SIM: the one table of the words that responses, callbacks and filters use for them. */
import { wordsOf } from './fields.ts';

/** A state as this server writes it: the carrier's lower-case words; `unknown` where none is reported or the word is not known. */
export type SimState =
  | 'active'
  | 'suspend'
  | 'deactive'
  | 'pre-active'
  | 'pending activation'
  | 'pending deactivation'
  | 'pending suspend'
  | 'pending resume'
  | 'pending'
  | 'retired'
  | 'purged'
  | 'replaced'
  | 'unknown';

// Keyed by the letters of the word alone, so that case, blanks, hyphens and underscores do not matter.
const words: Readonly<Record<string, SimState>> = {
  active: 'active',
  activated: 'active',
  suspend: 'suspend',
  suspended: 'suspend',
  deactive: 'deactive',
  deactived: 'deactive',
  deactivate: 'deactive',
  deactivated: 'deactive',
  preactive: 'pre-active',
  preactivated: 'pre-active',
  activationready: 'pre-active',
  inventory: 'pre-active',
  testready: 'pre-active',
  pendingactivation: 'pending activation',
  pendingactivate: 'pending activation',
  pendingactive: 'pending activation',
  pendingdeactivation: 'pending deactivation',
  pendingdeactivate: 'pending deactivation',
  pendingdeactive: 'pending deactivation',
  pendingsuspend: 'pending suspend',
  pendingsuspension: 'pending suspend',
  pendingresume: 'pending resume',
  pendingrestore: 'pending resume',
  pending: 'pending',
  retired: 'retired',
  purged: 'purged',
  replaced: 'replaced',
};

/** The state that a word means, in any case and with any separators. */
export function simStateOf(word: unknown): SimState {
  const letters = (wordsOf(word) ?? '').toLowerCase().replace(/[^a-z]/g, '');
  const known = Object.hasOwn(words, letters) ? words[letters] : undefined;
  return known ?? (letters.startsWith('pending') ? 'pending' : 'unknown');
}

// A SIM with several carriers is in service while one of them is; a change under way at one of them comes next. Where no carrier has it in
// service and one reports a state that is not known, the SIM may be in service there: unknown comes before the states out of service.
const precedence: readonly SimState[] = [
  'active',
  'pending activation',
  'pending deactivation',
  'pending suspend',
  'pending resume',
  'pending',
  'unknown',
  'suspend',
  'pre-active',
  'deactive',
  'replaced',
  'retired',
  'purged',
];

interface CarrierRow {
  carrierName?: unknown;
  state?: unknown;
  servicePlan?: unknown;
}

/** The carrier entry that decides the state of a SIM: of several, the one that is furthest in service. */
export function decidingCarrier<C extends CarrierRow>(carriers: readonly (C | null)[] | null | undefined): C | undefined {
  const rows = (carriers ?? []).filter((one) => one !== null);
  const rank = (one: C): number => precedence.indexOf(simStateOf(one.state));
  return rows.toSorted((a, b) => rank(a) - rank(b))[0];
}

/** The words of a state as the carrier wrote them; of several carriers that differ, each with its name. */
export function carrierWords(carriers: readonly (CarrierRow | null)[] | null | undefined): string {
  const rows = (carriers ?? []).flatMap((one) => (one && wordsOf(one.state) ? [one] : []));
  const states = new Set(rows.map((one) => simStateOf(one.state)));
  const first = decidingCarrier(rows);
  if (!first) return 'unknown';
  if (states.size > 1)
    return rows.map((one) => `${String(one.state)} at ${wordsOf(one.carrierName) ?? 'a carrier without a name'}`).join(', ');
  const state = simStateOf(first.state);
  return state === 'unknown' || state === 'pending' ? (wordsOf(first.state)?.toLowerCase() ?? 'unknown') : state;
}

/** State of an asynchronous request, of one of its parts, or of a message. */
export type RequestState = 'pending' | 'success' | 'failed' | 'unknown';

const requestWords: Readonly<Record<string, RequestState>> = {
  pending: 'pending',
  inprogress: 'pending',
  queued: 'pending',
  warning: 'pending',
  success: 'success',
  succeeded: 'success',
  successful: 'success',
  completed: 'success',
  delivered: 'success',
  configcreated: 'success',
  failure: 'failed',
  failed: 'failed',
  error: 'failed',
  deliveryfailed: 'failed',
  configfailed: 'failed',
};

/** The state that a status word of a request, ledger or callback means, in any case. */
export function requestStateOf(status: unknown): RequestState {
  const letters = (typeof status === 'string' ? status : '').toLowerCase().replace(/[^a-z]/g, '');
  return (Object.hasOwn(requestWords, letters) ? requestWords[letters] : undefined) ?? 'unknown';
}
