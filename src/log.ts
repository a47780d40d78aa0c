/** The program's log: lines on stderr, as text for people or as JSON for machines. stdout belongs to the protocol. */

export const logFormats = ['text', 'json'] as const;
export type LogFormat = (typeof logFormats)[number];

/** From the most to the least detailed. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogSettings {
  format: LogFormat;
  /** The least level that is written. */
  level: LogLevel;
}

/** What a line is about; members of a JSON line. A text line names them in its message. */
export interface LogFields {
  connection?: string | undefined;
  change?: string | undefined;
}

/** No method throws. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** What a command was asked to say: written at every level. */
  notice(message: string, fields?: LogFields): void;
  /** The same log, whose lines pass `redact` too. */
  redactedBy(redact: (text: string) => string): Logger;
}

export interface LoggerOptions {
  /** Read for every line, because a command learns its settings after its first lines. */
  settings(): LogSettings;
  /** Milliseconds since 1970. */
  now(): number;
  redact(text: string): string;
  /** Takes one or more whole lines. */
  write(text: string): void;
}

export function makeLogger(options: LoggerOptions): Logger {
  const line = (level: LogLevel, message: string, fields: LogFields = {}): void => {
    try {
      options.write(`${options.settings().format === 'json' ? jsonLine(level, message, fields) : options.redact(message)}\n`);
    } catch {
      // A log that cannot be written must not stop the work that it is about.
    }
  };
  const jsonLine = (level: LogLevel, message: string, { connection, change }: LogFields): string => {
    const shown = (text: string | undefined): string | undefined => text && options.redact(text);
    const time = new Date(options.now()).toISOString();
    return JSON.stringify({ time, level, message: shown(message), connection: shown(connection), change: shown(change) });
  };
  const at =
    (level: LogLevel): Logger['info'] =>
    (message, fields) => {
      if (logLevels.indexOf(level) >= logLevels.indexOf(options.settings().level)) line(level, message, fields);
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    notice: (message, fields) => line('info', message, fields),
    redactedBy: (redact) => makeLogger({ ...options, redact: (text) => redact(options.redact(text)) }),
  };
}

let isGuarded = false;

/** Writes to stderr. A reader that has gone, such as a host that closed the stream, does not end the program. */
export function writeStderr(text: string): void {
  if (!isGuarded) process.stderr.on('error', () => undefined);
  isGuarded = true;
  process.stderr.write(text);
}
