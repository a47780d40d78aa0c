import type { Change } from '../store/change.ts';
import type { ChangeFilter } from '../store/store.ts';
import type { ChangeTracker } from './status-poller.ts';

/** What a caller may reach. Limits hold for reads as well as for changes. */
export interface CallerRights {
  /** The caller group that the limits come from. */
  group?: string | undefined;
  /** Connections; absent: all. */
  connections?: readonly string[] | undefined;
  /** Groups, tags or domains of devices as their providers call them; absent: all devices. */
  deviceGroups?: readonly string[] | undefined;
  /** Names of tools and toolsets; absent: all. */
  tools?: readonly string[] | undefined;
  /** Whether it sees the changes of all callers, not only its own. */
  audit: boolean;
}

/** The rights of the caller over stdio, and of everybody where no caller is configured. */
export const unlimited: CallerRights = { audit: true };

/** Whether reads leave out what is beyond these rights. */
export function leavesOut({ connections, deviceGroups }: CallerRights): boolean {
  return connections !== undefined || deviceGroups !== undefined;
}

/** The sentence of an answer that may leave something out. It is the same whether something was left out or not. */
export function limitNote({ group }: CallerRights): string {
  return `This caller's rights (group ${group}) leave something out: connections and devices beyond them are not shown, found or counted.`;
}

/** The changes that a caller may read. The gate itself knows all of them, because what one caller did concerns the next one's plan. */
export interface ReadableChanges extends Pick<ChangeTracker, 'waitUntilSettled'> {
  mayRead(change: Pick<Change, 'caller' | 'connection'>): boolean;
  /** As `Gate.list`. */
  list(filter: ChangeFilter, after: string | undefined, limit: number): Promise<{ rows: Change[]; total: number; left: number }>;
}
