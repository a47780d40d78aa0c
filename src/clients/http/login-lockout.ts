/** Stops further logins after a refused one, across processes, because five refusals in a row lock the user at the carrier. */
export interface LoginLockout {
  /** The reason for the lockout; undefined if logins are allowed. */
  lockedReason(): Promise<string | undefined>;
  /** Stops logins until a person unlocks them or the credentials change. */
  lock(why: string): Promise<void>;
}

/** A LoginLockout in memory, for the sandbox and for tests. */
export function memoryLoginLockout(): LoginLockout {
  let reason: string | undefined;
  return {
    lockedReason: async () => reason,
    lock: async (why) => {
      reason = why;
    },
  };
}
