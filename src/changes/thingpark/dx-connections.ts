/** IoT Flow connections. They open by themselves after a change. Their secrets are read back as asterisks, which are never written. */
import { connectors } from '../../clients/thingpark/connectors.ts';
import { dxConnections } from '../../clients/thingpark/dx-connections.ts';
import { quoteName } from '../../text/sanitize.ts';
import { warning } from '../document/approval-document.ts';
import { destinations, field, joined, nothing, type Phrase, phrase, quotedList, stated } from '../document/phrase.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type Dependents, type PlannerContext, planner, type Settled, type Warning } from '../planner.ts';
import { hostOf } from './app-servers.ts';
import { devicesOfServers, serverOfConnection } from './dependents.ts';
import { settleDeletion, undefinedIfMissing } from './read-back.ts';

type ReadContext = Pick<PlannerContext, 'connection' | 'signal'>;

const list = ({ connection, signal }: ReadContext) => connection.call(dxConnections.list, { query: {} }, { signal });
const read = (connectionId: string, { connection, signal }: ReadContext) =>
  undefinedIfMissing(connection.call(dxConnections.read, { path: { connectionId } }, { signal }));

const failedStates = ['AUTHENTICATION_FAILED', 'UNREACHABLE'];

/** Applied at OPENED (or DEACTIVATED for an inactive one); failed at refused credentials or an unreachable host. */
function settleState(device: string, row: { id?: unknown; state?: string | null | undefined } | undefined, active: boolean): Settled {
  if (!row) return { device, outcome: 'pending', why: 'not there when read back' };
  const state = row.state ?? 'unknown';
  const after = { id: String(row.id), state };
  if (state === 'OPENED' || (!active && state === 'DEACTIVATED')) return { device, outcome: 'applied', after };
  if (failedStates.includes(state)) return { device, outcome: 'failed', after, why: `it is there, but does not open: ${state}` };
  return { device, outcome: 'pending', after };
}

/** The members of a configuration that say where the data go, whichever of them the connector uses. */
const destinationMembers = ['hostName', 'destinationURL', 'bootstrapServers', 'region', 'prefix'];

/** The hosts (or the region) that a configuration sends to. */
const destinationOf = (configuration: Readonly<Record<string, unknown>>): string =>
  destinationMembers.flatMap((name) => (configuration[name] === undefined ? [] : [hostOf(configuration[name])])).join(', ') || 'no address';

/** Every address of a configuration, so that none of them hides behind another one. */
function destinationsIn(configuration: Readonly<Record<string, unknown>>): Phrase {
  const named = destinationMembers.filter((name) => configuration[name] !== undefined);
  return named.length === 0
    ? phrase`an address that is not given`
    : joined(named.map((name) => destinations(`body.configuration.${name}`)));
}

export const createDxConnection = planner({
  operation: dxConnections.create,
  async inspect(inputs, at) {
    const all = await list(at);
    const targets = inputs.map(({ body }) => {
      const present = all.find((one) => one.name === body.name);
      const target = {
        device: body.name,
        label: quoteName(body.name),
        before: { present: present ? 'yes' : 'no', connections: String(all.length) },
      };
      return present
        ? { ...target, verdict: 'refuse' as const, why: `a connection of this name is there already, ${present.id}` }
        : { ...target, verdict: 'change' as const };
    });
    const first = inputs[0]?.body;
    return {
      targets,
      steps: inputs.map((input) => ({ input, targets: [input.body.name] })),
      effect: phrase`add ${field('body.connectorId')} connection to ${destinationsIn(first?.configuration ?? {})}${first?.active === undefined ? nothing : stated('body.active', true, nothing)}; devices send to it once it is assigned to them`,
      noun: 'IoT Flow connection',
      effects: dxConnections.create.effects,
      undo: phrase`deleting it; its secrets cannot be read back`,
      settles: phrase`seconds to minutes`,
    };
  },
  async settle(step, at) {
    const { name, active } = step.input.body;
    const row = (await list(at)).find((one) => one.name === name);
    return [settleState(name, row, active !== false)];
  },
  settleTimeout: { ms: 300_000, onTimeout: 'unknown' },
});

export const updateDxConnection = planner({
  operation: dxConnections.update,
  async inspect(inputs, at) {
    const inspected = await mapWithConcurrency(inputs, async (input) => {
      const row = await read(input.path.connectionId, at);
      const device = input.path.connectionId;
      const why = !row
        ? 'there is no such connection'
        : row.connectorId !== input.body.connectorId
          ? `it is a ${row.connectorId ?? 'unknown'} connection, which cannot change`
          : undefined;
      const before = row ? { name: row.name ?? '', place: destinationOf(row.configuration ?? {}), active: String(row.active ?? '') } : {};
      const target = { device, label: device, before, verdict: why ? ('refuse' as const) : ('change' as const) };
      return { input, row, target: why ? { ...target, why } : target };
    });
    const body = inputs[0]?.body;
    return {
      targets: inspected.map(({ target }) => target),
      steps: inspected.flatMap(({ input, target }) => (target.verdict === 'change' ? [{ input, targets: [target.device] }] : [])),
      effect: phrase`replace the whole configuration, now to ${destinationsIn(body?.configuration ?? {})}; it closes and opens again, uplinks wait or are lost meanwhile`,
      ...(await dependentsOf(inspected, at)),
      noun: 'IoT Flow connection',
      effects: dxConnections.update.effects,
      settles: phrase`seconds to minutes`,
      warnings: inspected.flatMap(({ input, row }) =>
        removedSettingsWarnings(input.body.connectorId, input.body.configuration, row?.configuration ?? {}),
      ),
    };
  },
  async settle(step, at) {
    const device = step.input.path.connectionId;
    const row = await read(device, at);
    if (row && row.name !== step.input.body.name) return [{ device, outcome: 'pending', why: 'differs from the request when read back' }];
    return [settleState(device, row, step.input.body.active !== false)];
  },
  settleTimeout: { ms: 300_000, onTimeout: 'unknown' },
});

/** The devices that send to the application servers of the connections that change. */
async function dependentsOf(
  inspected: readonly { input: { path: { connectionId: string } }; target: { verdict: string } }[],
  at: ReadContext,
): Promise<{ dependents?: Dependents }> {
  const changing = inspected.filter(({ target }) => target.verdict === 'change');
  const servers = await mapWithConcurrency(changing, ({ input }) => serverOfConnection(input.path.connectionId, at));
  const dependents = await devicesOfServers(
    servers.filter((one) => one !== undefined),
    at,
  );
  return dependents ? { dependents } : {};
}

/** Warns about settings that the PUT would remove because they are not sent again, such as secrets. */
function removedSettingsWarnings(
  connectorId: string,
  next: Readonly<Record<string, unknown>>,
  present: Readonly<Record<string, unknown>>,
): Warning[] {
  const gone = Object.keys(present).filter((name) => next[name] === undefined);
  const secrets = gone.filter((name) => connectors[connectorId]?.secret.includes(name));
  if (gone.length === 0) return [];
  const including = secrets.length > 0 ? phrase` (including secrets)` : nothing;
  return [warning('settings-removed', phrase`settings left out are removed: ${quotedList(gone, 10)}${including}`)];
}

export const deleteDxConnection = planner({
  operation: dxConnections.delete,
  async inspect(inputs, at) {
    const inspected = await mapWithConcurrency(inputs, async (input) => ({ input, row: await read(input.path.connectionId, at) }));
    return {
      targets: inspected.map(({ input, row }) => {
        const device = input.path.connectionId;
        if (!row) return { device, label: device, before: {}, verdict: 'refuse' as const, why: 'there is no such connection' };
        const before = { name: row.name ?? '', connector: row.connectorId ?? '', place: destinationOf(row.configuration ?? {}) };
        return { device, label: device, before, verdict: 'change' as const };
      }),
      steps: inspected.flatMap(({ input, row }) => (row ? [{ input, targets: [input.path.connectionId] }] : [])),
      effect: phrase`DELETE; uplinks of its devices no longer arrive, its secrets cannot be read back`,
      ...(await dependentsOf(
        inspected.map(({ input, row }) => ({ input, target: { verdict: row ? ('change' as const) : ('refuse' as const) } })),
        at,
      )),
      noun: 'IoT Flow connection',
      effects: dxConnections.delete.effects,
    };
  },
  async settle(step, at) {
    const device = step.input.path.connectionId;
    const found = await read(device, at);
    return [settleDeletion(found, device)];
  },
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});
