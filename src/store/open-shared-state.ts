/** Opens the shared state of a state directory, or of a PostgreSQL database. */
import { killSwitch, sharedKillSwitch } from './kill-switch.ts';
import { fileLoginLockout, storeLoginLockout } from './login-lockout.ts';
import { memoryStore } from './memory.ts';
import type { SharedState } from './shared-state.ts';

export interface StateSettings {
  stateDir: string;
  state: 'file' | 'memory' | 'postgres';
  /** URL of the database, with its credentials. */
  storeUrl: string | undefined;
  /** Keys that seal plans in a database, the current one first. */
  sealKeys: readonly Buffer[];
}

interface Watchers {
  /** Called with each new head of the record. */
  onHead?(head: string): void;
  /** Called when an idle connection to the database ends. */
  onIdleError?(error: Error): void;
}

/** The shared state for a server; what is missing is created. Throws a StoreFailed. */
export async function openSharedState(settings: StateSettings, watchers: Watchers = {}): Promise<SharedState> {
  if (settings.state === 'postgres') return openDatabaseState(settings, watchers);
  if (settings.state === 'memory') return memoryState(settings);
  const { openStateDirectory } = await sqlite();
  const { store, key } = openStateDirectory(settings.stateDir, watchers.onHead);
  return { ...directoryState(settings), store, whole: store, backUp: store.backUp, sealKeys: [key], close: async () => store.close() };
}

/** The shared state for a command; undefined if no change was ever stored there. */
export async function openExistingState(settings: StateSettings): Promise<SharedState | undefined> {
  if (settings.state === 'postgres') return openDatabaseState(settings, {});
  const { hasRecord, openRecord } = await sqlite();
  if (!hasRecord(settings.stateDir)) return undefined;
  const store = openRecord(settings.stateDir);
  return { ...directoryState(settings), store, whole: store, backUp: store.backUp, sealKeys: [], close: async () => store.close() };
}

/** Loaded only where it is used, as the driver of a database is: SQLite would make every start slower. */
const sqlite = () => import('./state-directory.ts');

/** Changes that end with the process. The kill switch and the lockouts of the state directory hold all the same. */
export function memoryState(settings: Pick<StateSettings, 'stateDir'>): SharedState {
  return { ...directoryState(settings), store: memoryStore(), sealKeys: [], close: async () => undefined };
}

const directoryState = ({ stateDir }: Pick<StateSettings, 'stateDir'>) => ({
  killSwitch: killSwitch(stateDir),
  lockout: (credentials: readonly string[]) => fileLoginLockout(stateDir, credentials),
  severalServers: false,
  place: stateDir,
});

async function openDatabaseState(settings: StateSettings, watchers: Watchers): Promise<SharedState> {
  const { sealKeys, storeUrl = '' } = settings;
  const [key] = sealKeys;
  if (!key) throw new Error('a database needs a seal key');
  const { postgresStore } = await import('./postgres/postgres-store.ts');
  const store = await postgresStore(storeUrl, watchers);
  return {
    store,
    whole: store,
    killSwitch: sharedKillSwitch(killSwitch(settings.stateDir), store),
    lockout: (credentials) => storeLoginLockout(store, key, credentials),
    sealKeys,
    severalServers: true,
    clockOffset: store.clockOffset,
    place: placeOf(storeUrl),
    close: store.close,
  };
}

/** `database iot at db.example`. */
function placeOf(url: string): string {
  const { pathname, hostname, searchParams } = new URL(url);
  return `database ${pathname.slice(1) || 'postgres'} at ${searchParams.get('host') ?? (hostname || 'localhost')}`;
}
