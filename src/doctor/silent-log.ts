import type { Logger } from '../log.ts';

const nothing = (): void => undefined;

/** For what only checks: its findings are its words. */
export const silentLog: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  notice: nothing,
  redactedBy: () => silentLog,
};
