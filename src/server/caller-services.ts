/** The services of a server as one caller may use them: its connections, its devices, its changes. */
import type { CallerRights } from '../changes/caller-rights.ts';
import type { Gate } from '../changes/gate.ts';
import type { Connection } from '../clients/connect.ts';
import type { Clock } from '../clock.ts';
import type { FleetConnection } from '../fleet/fleet-connection.ts';
import { makeFleet } from '../fleet/index.ts';
import type { KeptWalks } from '../fleet/kept-walks.ts';
import { limitedTo } from '../fleet/limits.ts';
import type { Change } from '../store/change.ts';
import type { CallerServices, ServerSurface } from '../tools/server-surface.ts';
import { resolveConnection } from './select-connections.ts';

type SharedServices = ServerSurface['services'];

export interface CallerServicesOptions<S extends SharedServices> {
  /** The services of a caller without limits. */
  all: S;
  members: readonly FleetConnection[];
  clock: Clock;
  /** The kept readings, shared by all callers. */
  walks: KeptWalks;
  rightsOf(caller: string): CallerRights;
}

/** Makes the services of each caller, once per caller. */
export function servicesByCaller<S extends SharedServices>(options: CallerServicesOptions<S>): (caller: string) => S & CallerServices {
  const { all, members, clock, walks, rightsOf } = options;
  const made = new Map<string, S & CallerServices>();
  return (caller) => {
    const present = made.get(caller) ?? limited(caller, rightsOf(caller));
    made.set(caller, present);
    return present;
  };

  function limited(caller: string, rights: CallerRights): S & CallerServices {
    const changes = readableChanges(all.gate, caller, rights);
    if (rights.connections === undefined && rights.deviceGroups === undefined) return { ...all, rights, changes };
    const allowed = ({ name }: Pick<Connection, 'name'>): boolean => rights.connections?.includes(name) ?? true;
    const connections = all.connections.filter(allowed);
    const within = members
      .filter(({ connection }) => allowed(connection))
      .map((member) => (rights.deviceGroups === undefined ? member : limitedTo(member, rights.deviceGroups)));
    return {
      ...all,
      rights,
      changes,
      connections,
      connection: (name, of) => resolveConnection(connections, name, of),
      fleet: makeFleet(within, clock, walks),
    };
  }
}

/** The changes that a caller may read: its own, or those of all callers with the audit right; never on connections beyond its limits. */
function readableChanges(gate: Gate, caller: string, { audit, connections }: CallerRights): CallerServices['changes'] {
  const scope = { ...(audit ? {} : { caller }), ...(connections ? { connections } : {}) };
  const mayRead = (change: Pick<Change, 'caller' | 'connection'>): boolean =>
    (audit || change.caller === caller) && (connections?.includes(change.connection) ?? true);
  return {
    mayRead,
    list: (filter, after, limit) => gate.list({ ...filter, ...scope }, after, limit),
    async waitUntilSettled(id, ms, signal, listener) {
      const change = await gate.get(id);
      return change && mayRead(change) ? gate.waitUntilSettled(id, ms, signal, listener) : undefined;
    },
  };
}
