import { ProviderRefused, Refusal } from '../../clients/http/errors.ts';
import { actions } from '../../clients/iotx/actions.ts';
import { apn } from '../../clients/iotx/apn.ts';
import { subscriberState } from '../../clients/iotx/state.ts';
import { minute } from '../../durations.ts';
import { quoteName, sanitize } from '../../text/sanitize.ts';
import { nearest } from '../../vocabulary.ts';
import { field, phrase } from '../document/phrase.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type PlannerContext, planner, type TargetState } from '../planner.ts';
import { labelOf, policyAttributesOf, readSubscriber, unknownStateWarnings, whyNotActive } from './subscribers.ts';

type ReadContext = Pick<PlannerContext, 'connection' | 'signal'>;

/** Runs a troubleshooting action. The subscriber must be active and the action must be one that iot-x lists for it. */
export const runAction = planner({
  operation: actions.run,
  async inspect(inputs, at) {
    const targets = await mapWithConcurrency(inputs, ({ path, body }) => inspect(path.physicalId, body.action, at));
    return {
      targets,
      steps: inputs.filter((_, i) => targets[i]?.verdict === 'change').map((input) => ({ input, targets: [input.path.physicalId] })),
      effect: phrase`run ${field('body.action')}, services are interrupted briefly`,
      noun: 'subscriber',
      effects: actions.run.effects,
      settles: phrase`seconds to minutes`,
      warnings: unknownStateWarnings(targets),
    };
  },
  async settle({ input, answered, sentAt }, at) {
    const device = input.path.physicalId;
    const session = await newestSession(device, at);
    const began = Date.parse(session?.startTime ?? '');
    const ended = Date.parse(session?.stopTime ?? '');
    // Allows 5 s of difference between the provider's clock and ours.
    if (began >= sentAt - minute / 12 || ended >= sentAt - minute / 12)
      return [
        {
          device,
          outcome: 'applied',
          after: { session: `${ended >= began ? 'ended' : 'new'} at ${session?.[ended >= began ? 'stopTime' : 'startTime']}` },
        },
      ];
    const open = session !== undefined && Number.isNaN(ended);
    if (!answered || (open && /connect/i.test(input.body.action)))
      return [{ device, outcome: 'pending', ...(open ? { why: 'the previous data session is still open' } : {}) }];
    return [{ device, outcome: 'applied', why: 'the provider accepted it; its effect cannot be read back' }];
  },
  settleTimeout: { ms: 10 * minute, onTimeout: 'unknown' },
});

async function inspect(physicalId: string, action: string, at: PlannerContext): Promise<TargetState> {
  const subscriber = await readSubscriber(physicalId, at, 'path.physicalId');
  const state = subscriberState(subscriber);
  const target = {
    device: physicalId,
    label: labelOf({ physicalId, nickname: subscriber.nickname }),
    before: { state },
    ...policyAttributesOf(subscriber),
  };
  const why = whyNotActive(state, 'actions run');
  if (why) return { ...target, verdict: 'refuse', why };
  const listed = await at.connection.call(actions.list, { path: { physicalId } }, { signal: at.signal });
  const known = listed.map((one) => (typeof one === 'string' ? one : (one.name ?? '')));
  if (known.includes(action)) return { ...target, verdict: 'change' };
  const nearestName = nearest(action, known);
  throw new Refusal(
    `action: ${physicalId} has no ${quoteName(action)}${nearestName ? `, nearest is ${quoteName(nearestName)}` : ''}`,
    `Nothing was sent. Its actions are: ${known.map((one) => sanitize(one, 40)).join(', ') || 'none'}.`,
    'body.action',
  );
}

/** The latest data session; undefined when there is none, or when the endpoint, whose path is a guess, refuses. */
async function newestSession(physicalId: string, { connection, signal }: ReadContext) {
  try {
    const log = await connection.call(apn.log, { path: { physicalId }, query: { limit: 50, offset: 0 } }, { signal });
    return log.toSorted((a, b) => Date.parse(b.startTime ?? '') - Date.parse(a.startTime ?? ''))[0];
  } catch (error) {
    if (error instanceof Refusal || (error instanceof ProviderRefused && error.status < 500)) return undefined;
    throw error;
  }
}
