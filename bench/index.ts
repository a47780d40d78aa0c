/**
 * Runs all measurements and prints docs/performance.md.
 * `--quick`: small counts, stdout only. `--only name`: one section, stdout only.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { auditLog } from './audit-log.ts';
import { bulk } from './bulk.ts';
import { calls } from './calls.ts';
import { gate } from './gate.ts';
import { generated } from './generated.ts';
import { http } from './http.ts';
import { removeTemporaryFiles, root, stopAll } from './lib/children.ts';
import { type Counts, notMeasured, page, type Section } from './lib/report.ts';
import { pacing } from './pacing.ts';
import { start } from './start.ts';
import { tokens } from './tokens.ts';
import { walk } from './walk.ts';

const sections: Record<string, (counts: Counts) => Promise<Section>> = {
  start,
  calls,
  http,
  walk,
  tokens,
  gate,
  record: auditLog,
  bulk,
  pacing,
  generated,
};
/** Time limit of a section, ms. */
const timeoutMs = 300_000;

const { quick, only } = parseArgs({ options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } } }).values;
if (only !== undefined && !(only in sections))
  throw new Error(`there is no section ${only}; there are ${Object.keys(sections).join(', ')}`);
const counts: Counts = { quick, of: (full, small) => (quick ? small : full) };

async function withTimeout(measure: (counts: Counts) => Promise<Section>): Promise<Section> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end within ${timeoutMs / 1000} s`)), timeoutMs);
  });
  return Promise.race([measure(counts), late]).finally(() => clearTimeout(timer));
}

const measured: Section[] = [];
for (const [name, measure] of Object.entries(sections)) {
  if (only !== undefined && only !== name) continue;
  const began = performance.now();
  try {
    measured.push(await withTimeout(measure));
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(`${name}: ${error instanceof Error ? error.stack : String(error)}\n`);
    measured.push({ title: name, compared: 'This section failed.', rows: [notMeasured(name, 'it failed, see stderr')] });
  } finally {
    await stopAll();
  }
  process.stderr.write(`${name}: ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
}
removeTemporaryFiles();

const text = `${page(measured, quick)}\n`;
process.stdout.write(text);
if (!quick && only === undefined && process.exitCode === undefined) writeFileSync(join(root, 'docs/performance.md'), text);
// A section that timed out may still have open handles.
process.exit();
