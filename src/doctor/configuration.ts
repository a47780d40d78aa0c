/** Checks that the configuration can be read, and who else may read or change its files. */
import { statSync } from 'node:fs';
import type { ConfigProblem, ConfigProblemKind } from '../config/config-error.ts';
import { type Config, ConfigError, type ConfigFile, type Flags, readConfig } from '../config.ts';
import type { Env } from '../environment-variables.ts';
import { type Checked, type Finding, type FindingCode, finding } from './finding.ts';

/** The configuration, or why it cannot be read. */
export function checkConfiguration(flags: Flags, env: Env): { config?: Config; findings: Finding[] } {
  const at = configPath(flags, env) ?? 'environment';
  try {
    return { config: readConfig(flags, env), findings: [] };
  } catch (error) {
    return { findings: problemFindings(error, at) };
  }
}

/** A ConfigError as findings, one for each problem; any other error is thrown again. */
export function problemFindings(error: unknown, at: string): Finding[] {
  if (!(error instanceof ConfigError)) throw error;
  return error.problems.map((problem) => finding(codes[problem.kind], at, problem.message, fixOf(problem, at)));
}

/** The file that `--config` or its variable names. */
export function configPath(flags: Flags, env: Env): string | undefined {
  return flags.config ?? (env['IOT_OPS_CONFIG'] || undefined);
}

const codes: Record<ConfigProblemKind, FindingCode> = {
  setting: 'setting-invalid',
  unknown: 'setting-unknown',
  'file-missing': 'config-missing',
  'not-json': 'config-not-json',
  'secret-missing': 'secret-missing',
  approver: 'approver-proof',
};

function fixOf({ kind, message }: ConfigProblem, at: string): string {
  const place = at === 'environment' ? 'in the environment of the server' : `in ${at}, or in the environment of the server`;
  switch (kind) {
    case 'unknown':
      return `Correct the name ${place}, or remove it; docs/configuration.md lists all.`;
    case 'file-missing':
      return 'Correct the path, or write a configuration with "iot-ops-mcp init".';
    case 'not-json':
      return 'Correct the file; a comma after the last member and comments are not JSON.';
    case 'secret-missing':
      return secretFix(message);
    case 'approver':
      return `Run "iot-ops-mcp approver ${/^approvers\.([\w.@-]+?)(\.pin|\.totp)?:/.exec(message)?.[1] ?? '<name>'}" and put the line that it prints into "approvers".`;
    case 'setting':
      return `Correct it ${place}; docs/configuration.md has the rule and an example.`;
  }
}

function secretFix(message: string): string {
  const variable = /environment variable (\w+)/.exec(message)?.[1];
  if (variable !== undefined)
    return `Set ${variable} where the server starts: in the "env" of the client's configuration, or in the service's unit.`;
  const path = /the file (.+) (?:is empty|cannot be read)$/.exec(message)?.[1] ?? '<file>';
  return `Write the secret into ${path}, readable by the user of the server only: install -m 600 /dev/stdin ${path}`;
}

/** Who else may read files with secrets, or change what the server goes by. */
export function checkFiles(files: readonly ConfigFile[]): Checked {
  // Windows has no such modes.
  if (process.platform === 'win32') return { facts: [], findings: [] };
  const byPath = Map.groupBy(files, ({ path }) => path);
  return {
    facts: [],
    findings: [...byPath].flatMap(([path, uses]) => {
      const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
      const what = uses.map(({ setting }) => setting).join(', ');
      const isSecret = uses.some(({ secret }) => secret);
      return [
        ...(isSecret && (mode & 0o044) !== 0
          ? [finding('file-open', path, `others can read it, and it holds secrets (${what}): mode ${octal(mode)}`, `chmod 600 ${path}`)]
          : []),
        ...((mode & 0o002) !== 0
          ? [
              finding(
                'file-writable',
                path,
                `others can change what the server goes by (${what}): mode ${octal(mode)}`,
                `chmod go-w ${path}`,
              ),
            ]
          : []),
      ];
    }),
  };
}

const octal = (mode: number): string => (mode & 0o777).toString(8).padStart(4, '0');
