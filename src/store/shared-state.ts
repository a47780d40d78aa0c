/** What the servers of one operator share: the changes with their record, the kill switch and the login lockouts. */

import type { KillSwitch } from './kill-switch.ts';
import type { SharedLoginLockout } from './login-lockout.ts';
import type { ChangeStore } from './store.ts';
import type { CopyableStore } from './store-content.ts';

export interface SharedState {
  store: ChangeStore;
  /** The store as a whole, where it can be copied. */
  whole?: CopyableStore | undefined;
  /** Writes a copy of the store, as of one moment, to a file that does not exist; absent for a database, which has tools of its own. */
  backUp?: ((to: string) => Promise<void>) | undefined;
  killSwitch: KillSwitch;
  /** The lockout of a login with these credentials. */
  lockout(credentials: readonly string[]): SharedLoginLockout;
  /** Keys that seal plans, the current one first; none where plans end with the process. */
  sealKeys: readonly Buffer[];
  /** Whether servers on other machines use the same state, so that a question of one may be answered at another. */
  severalServers: boolean;
  /** The clock of the state minus that of this machine, ms; undefined where they are the same. */
  clockOffset?: (() => Promise<number>) | undefined;
  /** Where it is, for messages; no credentials. */
  place: string;
  close(): Promise<void>;
}
