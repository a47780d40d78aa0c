export type Flight<T> = (start: () => Promise<T>) => Promise<T>;

/** Many who want the same thing at once share one attempt at it. */
export function singleFlight<T>(): Flight<T> {
  let running: Promise<T> | undefined;
  return (start) => {
    running ??= start().finally(() => {
      running = undefined;
    });
    return running;
  };
}
