import { ProviderRefused, Refusal } from '../../clients/http/errors.ts';
import { type SubscriberState, unknownStateNote } from '../../clients/iotx/state.ts';
import { type Subscriber, subscribers } from '../../clients/iotx/subscribers.ts';
import { quoteName } from '../../text/sanitize.ts';
import { warning } from '../document/approval-document.ts';
import { fixed, phrase, quoted } from '../document/phrase.ts';
import type { PlannerContext, Warning } from '../planner.ts';

type ReadContext = Pick<PlannerContext, 'connection' | 'signal'>;

/** A subscriber; undefined when iot-x has none, as for a stock SIM. */
export async function findSubscriber(physicalId: string, { connection, signal }: ReadContext): Promise<Subscriber | undefined> {
  try {
    return await connection.call(subscribers.read, { path: { physicalId } }, { signal });
  } catch (error) {
    if (error instanceof ProviderRefused && error.objectMissing) return undefined;
    throw error;
  }
}

/** A subscriber; a Refusal when there is none. */
export async function readSubscriber(physicalId: string, at: ReadContext, field = 'subscribers'): Promise<Subscriber> {
  const found = await findSubscriber(physicalId, at);
  if (found) return found;
  throw new Refusal(
    `${field}: ${at.connection.name} has no subscriber ${physicalId}`,
    'Nothing was sent. find_device resolves other identifiers to the one iot-x uses.',
    field,
  );
}

/** Attributes that policy rules can match: the nickname as name, the tariff as plan. */
export const policyAttributesOf = ({ nickname, tariffName }: Pick<Subscriber, 'nickname' | 'tariffName'>) => ({
  name: nickname ?? undefined,
  plan: tariffName ?? undefined,
});

/**
 * Why a change that only an active subscriber takes is refused. Undefined where it may be sent: a state that is not understood is no reason
 * to refuse, see `unknownStateWarnings`.
 */
export function whyNotActive(state: SubscriberState, what: string): string | undefined {
  return state === 'active' || state === 'unknown' ? undefined : `it is ${state}, ${what} only while active`;
}

/** A warning for each target whose state is unknown. */
export function unknownStateWarnings(targets: readonly { device: string; before: Readonly<Record<string, string>> }[]): Warning[] {
  return targets.flatMap(({ device, before }) =>
    before['state'] === 'unknown'
      ? [warning('state-unknown', phrase`${quoted(device)}: its state is unknown, ${fixed(unknownStateNote)}`)]
      : [],
  );
}

/** A subscriber in a sentence: its id, with its nickname in quotes where it has one. */
export function labelOf({ physicalId, nickname }: Pick<Subscriber, 'physicalId' | 'nickname'>): string {
  return nickname ? `${physicalId} ${quoteName(nickname)}` : physicalId;
}
