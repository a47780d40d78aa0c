import { iotx as contracts } from '../../clients/iotx/index.ts';
import { asObject, bindHandlers, type SandboxProvider } from '../handler.ts';
import { actions } from './actions.ts';
import { alerts } from './alerts.ts';
import { analytics } from './analytics.ts';
import { apn } from './apn.ts';
import { errorBody, iotxRefusal, wrapEnvelope } from './envelope.ts';
import { products } from './products.ts';
import { provisioning } from './provisioning.ts';
import { events } from './sandbox-events.ts';
import { permission, seedIotx } from './seed.ts';
import { session } from './session.ts';
import { stockOrders } from './stock-orders.ts';
import { subscribers } from './subscribers.ts';
import { tags } from './tags.ts';

/** Permissions that an operation requires. Only these are documented; any valid key may call the other operations. */
const requiredPermissions: Readonly<Record<string, readonly string[]>> = {
  [contracts.products.active.id]: [permission.view],
  [contracts.products.available.id]: [permission.view],
  [contracts.products.change.id]: [permission.add, permission.remove],
  [contracts.actions.list.id]: [permission.troubleshoot],
  [contracts.actions.run.id]: [permission.troubleshoot],
  [contracts.stockOrders.list.id]: [permission.orders],
  [contracts.stockOrders.download.id]: [permission.orders],
  [contracts.stockOrders.create.id]: [permission.buy],
};

/** Operations whose response has no envelope: the login and the file of a stock order. */
const withoutEnvelope: readonly string[] = [contracts.session.login.id, contracts.stockOrders.download.id];

/**
 * The iot-x sandbox. Keys have permissions by name; a product change needs both the add and the remove permission. /subscribers hides
 * stock and pending SIMs. Lists filter on every scalar field. Undocumented, so a sandbox choice: the statuses 401 and 403; all error
 * codes except BAD_REQUEST; the members of `pagination`; the maximum page size of 200; 400 for a subscriber that is not active, for an
 * unknown product and for a product that is already in the requested state; CSV instead of XLSX for the file of a stock order.
 *
 * Its one-shot fault `empty-page`: a list page without rows; applies only to operations named `list`.
 *
 * Its persistent faults:
 *
 * | fault | what the client sees |
 * | --- | --- |
 * | `lag` | a product change becomes visible `ms` after its 204 |
 * | `quoted` | booleans and byte counts are strings |
 * | `bare-lists` | lists have no envelope |
 * | `disabled-stay-active` | a disabled product stays in the active list, with `enabled: false` |
 */
export const iotxSandbox: SandboxProvider = {
  name: 'iotx',
  atRoot: true,
  seed: seedIotx,
  deviceCount: (world) => world.iotx.subscribers.size,
  faults: {
    'empty-page': {
      appliesTo: (operation) => operation.endsWith('.list'),
      after: (answer) => (answer.status === 200 ? { ...answer, body: withoutRows(answer.body) } : answer),
    },
  },
  persistentFaults: ['lag', 'quoted', 'bare-lists', 'disabled-stay-active'],
  events,
  routes: bindHandlers(contracts, {
    session,
    subscribers,
    products,
    provisioning,
    analytics,
    apn,
    actions,
    stockOrders,
    alerts,
    tags,
  }),
  mounts: {},
  authenticate(entry, { world, headers }) {
    if (entry.id === contracts.session.login.id) return;
    const { iotx } = world;
    const value = /^Bearer (.+)$/i.exec(headers.get('authorization') ?? '')?.[1];
    const key = value === undefined ? undefined : iotx.keys.get(value);
    const refused = iotx.rejectNextRequest;
    iotx.rejectNextRequest = false;
    if (refused || !key || key.disabled || key.expiresAt <= world.clock.now()) throw iotxRefusal(401, unauthorizedMessage);
    const missing = requiredPermissions[entry.id]?.find((name) => !key.permissions.includes(name));
    if (missing !== undefined) throw iotxRefusal(403, `Permission required: ${missing}.`);
  },
  expiredResponse: () => ({ status: 401, body: errorBody(401, unauthorizedMessage) }),
  expireCredentials(world) {
    world.iotx.rejectNextRequest = true;
  },
  errorResponse: (status) => ({ status, body: errorBody(status, status === 429 ? 'Too many requests.' : 'An error occurred.') }),
  wrapBody: (entry, body) => (withoutEnvelope.includes(entry.id) ? body : wrapEnvelope(body)),
  notFound: (wrongMethod) => {
    const status = wrongMethod ? 405 : 404;
    return { status, body: errorBody(status, wrongMethod ? 'Method not allowed.' : 'Unable to find the requested resource.') };
  },
};

/** A list's answer without its rows. */
function withoutRows(body: unknown): unknown {
  return Array.isArray(body) ? [] : { ...asObject(body), content: [] };
}

const unauthorizedMessage = 'The access token is missing, unknown, disabled or expired.';
