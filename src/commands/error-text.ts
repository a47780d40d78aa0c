/** What an operator reads of an error that ended a command. */
import { CallError } from '../clients/http/errors.ts';
import { ConfigError } from '../config.ts';

/** Its words and the next step where it is one of ours or the system's; the whole of it where it is a surprise. */
export function errorText(error: unknown): string {
  if (error instanceof CallError) return `${error.message}. ${error.next}`;
  if (error instanceof ConfigError || (error instanceof Error && 'code' in error)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
