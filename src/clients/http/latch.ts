/** Remembers, across processes, that a login was refused: five refusals in a row lock the user at the carrier. */
export interface Latch {
  /** Why the door is closed, in words for a person; undefined while it is open. */
  closed(): Promise<string | undefined>;
  /** Closes it until a person clears it or the credentials change. */
  close(why: string): Promise<void>;
}

/** A latch of this process only, for the sandbox and for tests. */
export function memoryLatch(): Latch {
  let reason: string | undefined;
  return {
    closed: async () => reason,
    close: async (why) => {
      reason = why;
    },
  };
}
