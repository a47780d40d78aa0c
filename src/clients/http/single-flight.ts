/** Runs `start`, or joins the run in progress. */
export type SingleFlight<T> = (start: () => Promise<T>) => Promise<T>;

/** Concurrent calls share one running `start`; the first call after it has settled starts a new one. */
export function singleFlight<T>(): SingleFlight<T> {
  let running: Promise<T> | undefined;
  return (start) => {
    running ??= start().finally(() => {
      running = undefined;
    });
    return running;
  };
}
