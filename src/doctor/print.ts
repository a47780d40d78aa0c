/** A report as lines for people. */
import { sanitize } from '../text/sanitize.ts';
import type { DoctorReport } from './index.ts';

const longest = 400;

export function reportLines({ version, node, facts, findings }: DoctorReport): string[] {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  return [
    `iot-ops-mcp ${version}, Node ${node}`,
    ...facts.map(({ at, seen }) => `ok       ${sanitize(at, longest)}: ${sanitize(seen, longest)}`),
    ...findings.flatMap(({ severity, code, at, seen, fix }) => [
      `${severity.padEnd(8)} ${code}: ${sanitize(at, longest)}: ${sanitize(seen, longest)}`,
      `         -> ${sanitize(fix, longest)}`,
    ]),
    findings.length === 0 ? 'No problem was found.' : `${count(errors, 'error')}, ${count(warnings, 'warning')}.`,
  ];
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
