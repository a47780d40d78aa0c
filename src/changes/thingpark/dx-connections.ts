/** IoT Flow connections. They open by themselves after a change. Their secrets are read back as asterisks, which are never written. */
import { connectors } from '../../clients/thingpark/connectors.ts';
import { dxConnections } from '../../clients/thingpark/dx-connections.ts';
import { quoteName, sanitize } from '../../text/sanitize.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type PlannerContext, planner, type Settled } from '../planner.ts';
import { hostOf } from './app-servers.ts';
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

/** The host (or region) that a configuration sends to. */
const destinationOf = (configuration: Readonly<Record<string, unknown>>): string =>
  hostOf(configuration['hostName'] ?? configuration['destinationURL'] ?? configuration['bootstrapServers'] ?? configuration['region']);

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
      effect: `add ${sanitize(first?.connectorId ?? '', 40)} connection to ${destinationOf(first?.configuration ?? {})}; devices send to it once it is assigned to them`,
      noun: 'IoT Flow connection',
      effects: dxConnections.create.effects,
      undo: 'deleting it; its secrets cannot be read back',
      settles: 'seconds to minutes',
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
    return {
      targets: inspected.map(({ target }) => target),
      steps: inspected.flatMap(({ input, target }) => (target.verdict === 'change' ? [{ input, targets: [target.device] }] : [])),
      effect: `replace the whole configuration, now to ${destinationOf(inputs[0]?.body.configuration ?? {})}; it closes and opens again, uplinks wait or are lost meanwhile`,
      noun: 'IoT Flow connection',
      effects: dxConnections.update.effects,
      settles: 'seconds to minutes',
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

/** Warns about settings that the PUT would remove because they are not sent again, such as secrets. */
function removedSettingsWarnings(
  connectorId: string,
  next: Readonly<Record<string, unknown>>,
  present: Readonly<Record<string, unknown>>,
): string[] {
  const gone = Object.keys(present).filter((name) => next[name] === undefined);
  const secrets = gone.filter((name) => connectors[connectorId]?.secret.includes(name));
  if (gone.length === 0) return [];
  return [`settings left out are removed: ${sanitize(gone.join(', '), 120)}${secrets.length > 0 ? ' (including secrets)' : ''}`];
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
      effect: 'DELETE; uplinks of its devices no longer arrive, its secrets cannot be read back',
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
