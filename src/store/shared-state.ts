/** What the servers of one operator share: the changes with their record, the kill switch and the login lockouts. */

import type { KillSwitch } from './kill-switch.ts';
import type { SharedLoginLockout } from './login-lockout.ts';
import type { ChangeStore } from './store.ts';

export interface SharedState {
  store: ChangeStore;
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
