/** Closes a server on SIGINT or SIGTERM; the second signal ends the process at once. */
export function onShutdown(close: () => Promise<void>): void {
  let ending = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (ending) process.exit(1);
      ending = true;
      close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}
