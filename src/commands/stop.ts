/** `iot-ops-mcp stop` and `go`: the kill switch of a state directory. */
import { type Flags, readConfig } from '../config.ts';
import { stopSwitch } from '../store/stop.ts';
import { say } from './say.ts';

export function stop(why: readonly string[], options: Flags): void {
  const reason = why.join(' ') || 'stopped from the command line';
  const { stateDir } = readConfig(options, process.env);
  stopSwitch(stateDir).stop(reason);
  say(
    `All changes are stopped for every server on ${stateDir}: nothing starts, what is queued stops, what was sent is followed to its end. "iot-ops-mcp go" lets them run again.`,
  );
}

export function go(options: Flags): void {
  const { stateDir } = readConfig(options, process.env);
  say(stopSwitch(stateDir).go() ? 'Changes may run again.' : 'Changes were not stopped.');
}
