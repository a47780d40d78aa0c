/** `iot-ops-mcp unlock`: a ThingSpace login may be tried again. */
import { ConfigError, type Flags, readConfig } from '../config.ts';
import { latchOf } from '../server.ts';
import { say } from './say.ts';

export async function unlock(name: string, options: Flags): Promise<void> {
  const config = readConfig(options, process.env);
  const settings = config.connections.find((one) => one.name === name);
  if (settings?.provider !== 'thingspace') {
    const names = config.connections.filter((one) => one.provider === 'thingspace').map((one) => one.name);
    throw new ConfigError(`there is no ThingSpace connection ${name}; there are: ${names.join(', ') || 'none'}`);
  }
  say(
    (await latchOf(settings, config.stateDir).clear())
      ? `${name}: the login latch is cleared; the next call logs in once.`
      : `${name}: the login latch was open already.`,
  );
}
