/** The log of this process. The environment sets its level and format until a command has read the configuration. */
import { systemClock } from '../clock.ts';
import { type Config, type Flags, readConfig } from '../config.ts';
import { type LogSettings, logFormats, logLevels, makeLogger, writeStderr } from '../log.ts';
import { Redactor } from '../text/redact.ts';

const redactor = new Redactor();

// An unknown value is an error of the configuration, which is reported in the usual format.
let settings: LogSettings = {
  format: logFormats.find((one) => one === process.env['IOT_OPS_LOG_FORMAT']) ?? 'text',
  level: logLevels.find((one) => one === process.env['IOT_OPS_LOG_LEVEL']) ?? 'info',
};

export const log = makeLogger({
  settings: () => settings,
  now: () => systemClock.now(),
  redact: (text) => redactor.text(text),
  write: writeStderr,
});

/** Reads the configuration of a command, and applies its log settings and secrets to the log. */
export function loadConfig(options: Flags): Config {
  const config = readConfig(options, process.env);
  settings = config.log;
  for (const secret of config.secretValues) redactor.add(secret);
  return config;
}
