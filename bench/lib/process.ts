/** Figures of another process from /proc; undefined where they are not available. */
import { existsSync, readFileSync } from 'node:fs';

const readProc = (pid: number | undefined, file: string): string | undefined => {
  const path = `/proc/${pid}/${file}`;
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
};

function statusMb(pid: number | undefined, name: string): number | undefined {
  const kb = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readProc(pid, 'status') ?? '')?.[1];
  return kb === undefined ? undefined : Number(kb) / 1024;
}

/** Resident memory, MB. */
export const residentMb = (pid: number | undefined): number | undefined => statusMb(pid, 'VmRSS');

/** Peak resident memory, MB. */
export const peakMb = (pid: number | undefined): number | undefined => statusMb(pid, 'VmHWM');

/** CPU time, user and system, ms. */
export function cpuMs(pid: number | undefined): number | undefined {
  // The name in the second field may contain anything up to the last parenthesis. A tick is 10 ms on every Linux that Node runs on.
  const fields = readProc(pid, 'stat')?.split(') ').at(-1)?.split(' ');
  return fields && (Number(fields[11]) + Number(fields[12])) * 10;
}
