/** `iot-ops-mcp init`: asks, writes a configuration, tries it, and prints what the client needs. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

import { openTerminal } from '../approvers/terminal.ts';
import { Refusal } from '../clients/http/errors.ts';
import { reportLines } from '../doctor/print.ts';
import { providers } from '../providers/index.ts';
import { type Answers, filesOf, parseAnswers } from '../setup/answers.ts';
import { hostConfigurations } from '../setup/hosts.ts';
import { interview } from '../setup/interview.ts';
import { refuseOverwrite, writeFiles } from '../setup/write-files.ts';
import { version } from '../tool-surface.ts';
import { examined } from './doctor.ts';
import { printLine } from './print.ts';

export interface InitOptions {
  /** Folder of the configuration. */
  dir?: string;
  /** A JSON file with the answers; `-` for stdin. */
  answers?: string;
  /** Replace a configuration that is there. */
  force?: boolean;
  /** State directory of the server. */
  state?: string;
}

/** Exit code 1 where the configuration was written, but the doctor finds an error. */
export async function init({ dir, answers: from, force = false, state }: InitOptions): Promise<void> {
  const folder = resolve(dir ?? defaultFolder(process.env));
  const config = join(folder, 'config.json');
  refuseOverwrite([config], force);
  const answers = from === undefined ? await asked() : parseAnswers(readFileSync(from === '-' ? 0 : from, 'utf8'));
  const files = await filesOf(answers, folder, { providers, random: randomBytes });
  writeFiles(files, force);
  printLine(`Written, readable by you only:\n${files.map(({ path }) => `  ${path}`).join('\n')}\n`);
  const report = await examined({ config, state });
  for (const line of reportLines(report)) printLine(line);
  printLine('');
  for (const line of clientLines(answers, ['--config', config, ...(state === undefined ? [] : ['--state', resolve(state)])]))
    printLine(line);
  if (report.findings.some(({ severity }) => severity === 'error')) process.exitCode = 1;
}

function asked(): Promise<Answers> {
  if (process.stdin.isTTY !== true)
    throw new Refusal(
      'init asks at a terminal, and stdin is none',
      'Run it in a terminal, or give the answers as JSON: --answers <file>, or --answers - for stdin.',
    );
  return interview(openTerminal(process.stdin, process.stderr), providers);
}

function clientLines({ client }: Answers, flags: readonly string[]): string[] {
  const start = startCommand(process.argv[1] ?? '', process.execPath);
  const shown = hostConfigurations({ command: start.command, args: [...start.args, 'stdio', ...flags] }).filter(
    ({ host }) => client === undefined || host === client,
  );
  return shown.flatMap(({ host, where, text }) => [`${host}, ${where.replaceAll('`', '')}:`, text, '']);
}

/** How a client starts this program. What npx has fetched may be gone tomorrow, so npx fetches it again. */
export function startCommand(program: string, node: string): { command: string; args: string[] } {
  return /[\\/]_npx[\\/]/.test(program)
    ? { command: 'npx', args: ['-y', `iot-ops-mcp@${version}`] }
    : { command: node, args: [resolve(program)] };
}

function defaultFolder(env: NodeJS.ProcessEnv): string {
  if (process.platform === 'win32') return join(env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'iot-ops-mcp');
  return join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'iot-ops-mcp');
}
