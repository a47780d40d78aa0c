// Sums the test counts of vitest's summaries and prints them as plain text, whatever colours and version vitest uses.
import { readFileSync } from 'node:fs';

const colours = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

function countsOf(log) {
  const plain = readFileSync(log, 'utf8').replace(colours, '');
  const line = [...plain.matchAll(/^\s*Tests\s+(.*)$/gm)].at(-1)?.[1] ?? '';
  const count = (word) => Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
  return { passed: count('passed'), failed: count('failed') };
}

const runs = process.argv.slice(2).map(countsOf);
const sum = (key) => runs.reduce((total, one) => total + one[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
// A run without a passed test did not get as far as its tests.
if (runs.length === 0 || runs.some(({ passed }) => passed === 0)) process.exitCode = 1;
