/** Logs for tests. */
import { type Logger, makeLogger } from '../../src/log.ts';

/** A text log that keeps its lines. */
export function recordingLog(): { log: Logger; lines: string[] } {
  const lines: string[] = [];
  const log = makeLogger({
    settings: () => ({ format: 'text', level: 'debug' }),
    now: () => 0,
    redact: (text) => text,
    write: (text) => void lines.push(text.replace(/\n$/, '')),
  });
  return { log, lines };
}
