/** `iot-ops-mcp doctor`: checks an installation and prints what to do. */
import { liveFetch } from '../clients/http/live-fetch.ts';
import { systemClock } from '../clock.ts';
import { type DoctorOptions, type DoctorReport, examine } from '../doctor/index.ts';
import { reportLines } from '../doctor/print.ts';
import { printLine } from './print.ts';

/** Exit code 1 where an error was found. */
export async function doctor({ json = false, ...options }: DoctorOptions & { json?: boolean }): Promise<void> {
  const report = await examined(options);
  if (json) printLine(JSON.stringify(report, null, 2));
  else for (const line of reportLines(report)) printLine(line);
  if (report.findings.some(({ severity }) => severity === 'error')) process.exitCode = 1;
}

/** The report on an installation, with the clock and the network of this process. */
export async function examined(options: DoctorOptions): Promise<DoctorReport> {
  const live = liveFetch();
  try {
    return await examine(options, { env: process.env, clock: systemClock, fetch: live.fetch, nodeVersion: process.versions.node });
  } finally {
    await live.close();
  }
}
