/** The flags of the command line and their values. */
import { type Command, InvalidArgumentError, Option } from 'commander';

import { type Clock, fixedClock, systemClock } from '../clock.ts';
import type { Flags } from '../config.ts';

/** The parsed flags of a command that serves. */
export interface Options extends Flags {
  /** Devices per provider in the sandbox. */
  fleet: number;
  seed: number;
  /** Fixed time of sandbox and server, ms since 1970. */
  clock?: number;
}

/** The clock of a command; fixed if the flag sets a time. */
export function clockOf({ clock }: Pick<Options, 'clock'>): Clock {
  return clock === undefined ? systemClock : fixedClock(clock);
}

/** The flags of commands that create a server. */
export function withServerOptions(command: Command): Command {
  return command
    .addOption(configOption())
    .addOption(new Option('--toolsets <a,b>', 'only these toolsets'))
    .addOption(new Option('--read-only', 'offer no tool that changes something'))
    .addOption(new Option('--connection <name...>', 'only these connections'))
    .addOption(new Option('--state <dir>', 'where changes of configured connections are kept, or "memory"'))
    .addOption(storeOption())
    .addOption(policyOption())
    .addOption(fleetOption())
    .addOption(seedOption())
    .addOption(clockOption());
}

/** The flag of commands that use the state directory of running servers. */
export function withStateOptions(command: Command): Command {
  return command
    .addOption(configOption())
    .addOption(new Option('--state <dir>', 'the state directory of the servers'))
    .addOption(storeOption());
}

export const configOption = (): Option => new Option('--config <file>', 'JSON configuration');
export const storeOption = (): Option => new Option('--store <url>', 'a PostgreSQL database that several servers share');
export const policyOption = (): Option => new Option('--policy <file>', 'rules for changes, YAML');
export const fleetOption = (): Option =>
  new Option('--fleet <n>', 'devices per provider in the sandbox, 12 to 100000').argParser(integerParser(12, 100_000)).default(240);
export const seedOption = (): Option => new Option('--seed <n>', 'seed of the sandbox').argParser(integerParser(0, 2 ** 31)).default(1);
export const clockOption = (): Option => new Option('--clock <ISO>', 'fix the time of sandbox and server').argParser(parseInstant);
export const portOption = (usual: number): Option =>
  new Option('--port <n>', 'port, 0 for any free one').argParser(parsePort).default(usual);
export const asOption = (): Option => new Option('--as <name>', 'your name as an approver; asked for when absent');

export const parsePort = integerParser(0, 65_535);

function integerParser(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) throw new InvalidArgumentError(`a whole number from ${least} to ${most}.`);
    return value;
  };
}

export function parseInstant(text: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new InvalidArgumentError('an ISO 8601 instant such as 2026-11-22T08:00:00Z.');
  return ms;
}

export function parseHeadHash(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new InvalidArgumentError('64 hex digits in lower case, as "audit verify" prints them.');
  return text;
}
