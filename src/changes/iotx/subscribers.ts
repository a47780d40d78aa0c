import { ProviderRefused, Refusal } from '../../clients/http/errors.ts';
import { type Subscriber, subscribers } from '../../clients/iotx/subscribers.ts';
import { quoted } from '../../text/fence.ts';
import type { At } from '../planner.ts';

type Reading = Pick<At, 'connection' | 'signal'>;

/** A subscriber; undefined when iot-x shows none, as it does for stock. */
export async function findSubscriber(physicalId: string, { connection, signal }: Reading): Promise<Subscriber | undefined> {
  try {
    return await connection.call(subscribers.read, { path: { physicalId } }, { signal });
  } catch (error) {
    if (error instanceof ProviderRefused && error.status === 404) return undefined;
    throw error;
  }
}

/** A subscriber that must be there. */
export async function readSubscriber(physicalId: string, at: Reading, field = 'subscribers'): Promise<Subscriber> {
  const found = await findSubscriber(physicalId, at);
  if (found) return found;
  throw new Refusal(
    `${field}: ${at.connection.name} has no subscriber ${physicalId}`,
    'Nothing was sent. find_device resolves other identifiers to the one iot-x uses.',
    field,
  );
}

/** What the policy may go by: a subscriber's name is its nickname, its plan the tariff. */
export const traitsOf = ({ nickname, tariffName }: Pick<Subscriber, 'nickname' | 'tariffName'>) => ({
  name: nickname ?? undefined,
  plan: tariffName ?? undefined,
});

export function labelOf({ physicalId, nickname }: Pick<Subscriber, 'physicalId' | 'nickname'>): string {
  return nickname ? `${physicalId} ${quoted(nickname)}` : physicalId;
}
