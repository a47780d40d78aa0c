/** Stops further logins after a refused one, across processes, because five refusals in a row lock the user at the carrier. */
export interface Latch {
  /** The reason for the lockout; undefined if logins are allowed. */
  closed(): Promise<string | undefined>;
  /** Stops logins until a person unlocks them or the credentials change. */
  close(why: string): Promise<void>;
}

/** A LoginLockout in memory, for the sandbox and for tests. */
export function memoryLatch(): Latch {
  let reason: string | undefined;
  return {
    closed: async () => reason,
    close: async (why) => {
      reason = why;
    },
  };
}
