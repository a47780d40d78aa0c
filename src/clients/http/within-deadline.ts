import type { CallScope } from './call-scope.ts';

/** Runs a read until the deadline of its tool call, whatever it is waiting for; then throws `outOfTime`. */
export async function withinDeadline<T>(
  { deadline }: CallScope,
  signal: AbortSignal | undefined,
  outOfTime: () => Error,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (deadline.aborted) throw outOfTime();
  const either = signal ? AbortSignal.any([signal, deadline]) : deadline;
  let stop = (): void => undefined;
  const atDeadline = new Promise<never>((_, reject) => {
    stop = () => reject(outOfTime());
    deadline.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([run(either), atDeadline]);
  } catch (error) {
    signal?.throwIfAborted();
    throw deadline.aborted ? outOfTime() : error;
  } finally {
    deadline.removeEventListener('abort', stop);
  }
}
