/** Settles requests for SIMs: by the SIMs' records, by their state, or by what the carrier accepted. */
import { accounts } from '../../clients/thingspace/accounts.ts';
import { type CallbackService, callbacks } from '../../clients/thingspace/callbacks.ts';
import { defaultAccount } from '../../clients/thingspace/default-account.ts';
import type { DeviceRow } from '../../clients/thingspace/device-pages.ts';
import { idOf, stateOf } from '../../clients/thingspace/ids.ts';
import { requestStateOf } from '../../clients/thingspace/sim-state.ts';
import { textMemberOf } from '../../text/is-object.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import type { SentStep, Settled } from '../planner.ts';
import { type DeviceId, idsInRequest } from './named-ids.ts';
import { rowOfTarget, rowsOf, type SimReadContext } from './sim-rows.ts';

/** The `requestId` of a reply, which planners use as the provider's request id. */
export function requestIdOf(reply: unknown): string | undefined {
  return textMemberOf(reply, 'requestId');
}

/** Reads back the SIMs of all steps at once; `outcomeOf` derives each outcome from the SIM's record. */
export async function settleByRows<S extends Pick<SentStep<unknown>, 'input' | 'targets'>>(
  steps: readonly S[],
  at: SimReadContext,
  outcomeOf: (device: string, row: DeviceRow | undefined, step: S) => Settled,
): Promise<Settled[]> {
  const pairs = steps.flatMap((step) => step.targets.map((device) => ({ device, step })));
  const names = pairs.map(({ device, step }) => idsInRequest(step.input, device));
  const rows = await rowsOf(
    names.map(([first]) => first as DeviceId),
    at,
  );
  for (const [i, { device, step }] of pairs.entries())
    if (!rows[i] && (names[i]?.length ?? 0) > 1) rows[i] = await rowOfTarget(step.input, device, at);
  return pairs.map(({ device, step }, i) => outcomeOf(device, rows[i], step));
}

/** The same for outcomes that need a record: a SIM that is not found is pending. */
export function settleByFoundRows<S extends Pick<SentStep<unknown>, 'input' | 'targets'>>(
  steps: readonly S[],
  at: SimReadContext,
  isDone: (row: DeviceRow, step: S) => { done: boolean; after: Record<string, string> },
): Promise<Settled[]> {
  return settleByRows(steps, at, (device, row, step): Settled => {
    if (!row) return { device, outcome: 'pending', why: 'not found when read back' };
    const { done, after } = isDone(row, step);
    return { device, outcome: done ? 'applied' : 'pending', after };
  });
}

/**
 * Settles by the SIM's own state. The status of a request is read only while some of its SIMs are pending, and only to detect failure
 * early: when the request has failed, its SIMs are read once more, and those still pending have failed.
 */
export async function settleByState<S extends SentStep<{ body: { accountName?: string | undefined } }>>(
  steps: readonly S[],
  at: SimReadContext,
  isDone: (state: string) => boolean,
  mayVanish: (step: S) => boolean = () => false,
): Promise<Settled[]> {
  const outcomeOf = (device: string, row: DeviceRow | undefined, step: S): Settled => {
    if (!row)
      return mayVanish(step)
        ? { device, outcome: 'applied', after: { state: 'deleted' } }
        : { device, outcome: 'pending', why: 'not found when read back' };
    const state = stateOf(row);
    const mdn = idOf(row, 'mdn');
    const done = isDone(state) && !(mayVanish(step) && state === 'deactive');
    return { device, outcome: done ? 'applied' : 'pending', after: { state, ...(mdn ? { mdn } : {}) } };
  };
  const found = new Map((await settleByRows(steps, at, outcomeOf)).map((settled) => [settled.device, settled]));
  const open = steps.flatMap((step) => {
    const targets = step.targets.filter((device) => found.get(device)?.outcome === 'pending');
    return targets.length > 0 ? [{ ...step, targets }] : [];
  });
  const states = await mapWithConcurrency(open, ({ providerRequestId, input }) =>
    requestState(providerRequestId, input.body.accountName, at),
  );
  const failed = open.filter((_, i) => states[i] === 'failed');
  const reread = await settleByRows(failed, at, (device, row, step): Settled => {
    const settled = outcomeOf(device, row, step);
    return settled.outcome === 'pending' && row
      ? { ...settled, outcome: 'failed', why: 'the carrier reports that the request failed' }
      : settled;
  });
  for (const settled of reread) found.set(settled.device, settled);
  return [...found.values()];
}

async function requestState(requestId: string | undefined, account: string | undefined, { connection, signal }: SimReadContext) {
  const accountName = account ?? defaultAccount(connection);
  if (!requestId || !accountName) return 'unknown';
  try {
    return requestStateOf((await connection.call(accounts.requestStatus, { path: { accountName, requestId } }, { signal })).status);
  } catch {
    // The status endpoint answers only for some requests. The SIM's own state decides.
    return 'unknown';
  }
}

/** Settles a step whose result is sent only to a listener and cannot be read: pending until it times out as unknown. */
export function settleUnobservable(step: Pick<SentStep<unknown>, 'targets'>, service: CallbackService): Settled[] {
  return step.targets.map((device) => ({
    device,
    outcome: 'pending',
    why: `the result comes only to a listener registered for ${service}`,
  }));
}

/** Whether the account has a listener for the results of a service. */
export async function hasListener(service: CallbackService, account: string, { connection, signal }: SimReadContext): Promise<boolean> {
  const listeners = await connection.call(callbacks.list, { path: { accountName: account } }, { signal });
  return listeners.some((one) => one.serviceName?.toLowerCase() === service.toLowerCase());
}

/**
 * Settles a step whose result is sent only to a listener: pending until its callback while one is registered, else applied when the carrier
 * accepts it, which is all that can be known.
 */
export async function settleByListener(
  step: Pick<SentStep<{ body: { accountName: string } }>, 'input' | 'targets' | 'answered'>,
  service: CallbackService,
  at: SimReadContext,
): Promise<Settled[]> {
  const heard = await hasListener(service, step.input.body.accountName, at);
  return heard ? settleUnobservable(step, service) : settleAccepted(step, service);
}

/** Settles a step that is applied when the carrier accepts it; its result goes only to a listener. A lost response stays pending. */
export function settleAccepted(step: Pick<SentStep<unknown>, 'targets' | 'answered'>, service: CallbackService): Settled[] {
  return step.targets.map((device) =>
    step.answered
      ? { device, outcome: 'applied', why: `the carrier accepted it; the result comes only to a listener registered for ${service}` }
      : { device, outcome: 'pending' },
  );
}
