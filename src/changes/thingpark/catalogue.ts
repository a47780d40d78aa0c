/** Checks the models, plans, application servers and contexts that a request names before it is sent. A Refusal lists the values that exist. */
import type { Connection } from '../../clients/connect.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { allPages } from '../../clients/thingpark/all-pages.ts';
import { appServers } from '../../clients/thingpark/app-servers.ts';
import { cellularNetworkContexts } from '../../clients/thingpark/cellular-network-contexts.ts';
import { deviceProfiles } from '../../clients/thingpark/device-profiles.ts';
import { networkSubscriptions } from '../../clients/thingpark/network-subscriptions.ts';
import { type ServerTrouble, serverTroubleOf } from '../../clients/thingpark/states.ts';
import { quoteName } from '../../text/sanitize.ts';
import { namedAs, nearest } from '../../vocabulary.ts';
import { warning } from '../document/approval-document.ts';
import { type Phrase, phrase, quoted } from '../document/phrase.ts';
import type { PlannerContext, Warning } from '../planner.ts';

type ReadContext = Pick<PlannerContext, 'connection' | 'signal'>;

/** The model with this id; a Refusal when there is none or its connectivity differs (LORAWAN, CELLULAR). */
export async function modelOf(id: string, connectivity: string, at: ReadContext) {
  const model = await findModel(id, at);
  if (!model) {
    const all = await allPages((pageIndex) => at.connection.call(deviceProfiles.list, { query: { pageIndex } }, { signal: at.signal }));
    throw unknownValue(
      'model',
      id,
      all.map((one) => one.ID),
    );
  }
  if (model.connectivity && model.connectivity !== connectivity)
    throw new Refusal(`model: ${model.ID} is a ${model.connectivity} model`, `Take a ${connectivity} model.`, 'model');
  return model;
}

/** The model with this id, or undefined. */
export async function findModel(id: string, { connection, signal }: ReadContext) {
  const { briefs } = await connection.call(deviceProfiles.list, { query: { ID: [id] } }, { signal });
  return briefs.find((one) => one.ID === id);
}

/** Refuses a connectivity plan that does not exist for this connectivity or has fewer than `needed` free licences. */
export async function checkConnectivityPlan(
  id: string,
  connectivity: string,
  needed: number,
  { connection, signal }: ReadContext,
): Promise<void> {
  const all = await allPages((pageIndex) => connection.call(networkSubscriptions.list, { query: { pageIndex } }, { signal }));
  const plans = all.filter((one) => !one.connectivity || one.connectivity === connectivity);
  const plan = plans.find((one) => one.ID === id);
  const other = plan ? undefined : all.find((one) => one.ID === id);
  if (other)
    throw new Refusal(
      `connectivityPlan: there is no ${quoteName(id)} for ${connectivity} devices, it is a plan for ${other.connectivity} devices`,
      `Nothing was sent. Plans for ${connectivity}: ${
        plans
          .map((one) => one.ID)
          .slice(0, 10)
          .join(', ') || 'none'
      }.`,
      'connectivityPlan',
    );
  if (!plan)
    throw unknownValue(
      'connectivityPlan',
      id,
      plans.map((one) => one.ID),
    );
  const { used = 0, granted } = plan;
  const remaining = (granted ?? Number.POSITIVE_INFINITY) - (used ?? 0);
  if (remaining >= needed) return;
  const state = remaining <= 0 ? 'no licence left' : `${remaining} licence${remaining === 1 ? '' : 's'} left, ${needed} are needed`;
  throw new Refusal(
    `connectivityPlan: ${id} has ${state} (${used} of ${granted} used)`,
    'Choose another plan or order more licences; nothing was sent.',
    'connectivityPlan',
  );
}

/** Refuses application server ids that do not exist, and warns of servers that deliver nothing. */
export async function checkAppServers(ids: readonly string[], { connection, signal }: ReadContext): Promise<Warning[]> {
  if (ids.length === 0) return [];
  const all = await allPages((pageIndex) => connection.call(appServers.list, { query: { pageIndex } }, { signal }));
  const known = all.map((one) => one.ID);
  for (const id of ids) if (!known.includes(id)) throw unknownValue('appServers', id, known);
  return [...new Set(ids)].flatMap((id) => {
    const trouble = serverTroubleOf(all.find((one) => one.ID === id) ?? {});
    return trouble === undefined
      ? []
      : [warning('server-delivers-nothing', phrase`application server ${quoted(id)} ${troubleTexts[trouble]}`)];
  });
}

const troubleTexts: Readonly<Record<ServerTrouble, Phrase>> = {
  DEACTIVATED: phrase`is deactivated: uplinks sent to it are lost`,
  SUSPENDED: phrase`is suspended, its licence has expired: uplinks sent to it are lost`,
  ERROR: phrase`is in error: uplinks may not reach it`,
};

/** Refuses a cellular network context that does not exist. */
export async function checkNetworkContext(id: string, connection: Connection, signal?: AbortSignal): Promise<void> {
  const all = await allPages((pageIndex) => connection.call(cellularNetworkContexts.list, { query: { pageIndex } }, { signal }));
  const known = all.map((one) => one.ID);
  if (!known.includes(id)) throw unknownValue('networkContext', id, known);
}

/** The Refusal for a value that does not exist, with the nearest existing value and the first ten. */
export function unknownValue(field: string, value: string, known: readonly string[]): Refusal {
  const nearestId = nearest(value, known);
  return new Refusal(
    `${field}: there is no ${quoteName(value)}${nearestId ? `, nearest is ${nearestId}` : ''}`,
    `Nothing was sent. There are: ${known.slice(0, 10).join(', ')}${known.length > 10 ? ` and ${known.length - 10} more` : ''}.`,
    field,
    namedAs(value, known),
  );
}
