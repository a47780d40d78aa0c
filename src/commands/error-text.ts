/** The text of an error that ended a command. */
import { CallError } from '../clients/http/errors.ts';
import { ConfigError } from '../config.ts';
import { StoreFailed } from '../store/store-failed.ts';

/** Message and next step of our errors and of system errors; the stack of any other. */
export function errorText(error: unknown): string {
  if (error instanceof CallError || error instanceof StoreFailed) return `${error.message}. ${error.next}`;
  if (error instanceof ConfigError || (error instanceof Error && 'code' in error)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
