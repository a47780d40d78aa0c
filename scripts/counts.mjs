// Prints the test counts of the vitest summary as plain text, whatever colours and version it uses.
import { readFileSync } from 'node:fs';

const plain = readFileSync(process.argv[2] ?? '', 'utf8').replace(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g'), '');
const line = [...plain.matchAll(/^\s*Tests\s+(.*)$/gm)].at(-1)?.[1] ?? '';
const count = (word) => Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
console.log(`${count('passed')} passed, ${count('failed')} failed`);
if (count('passed') === 0) process.exitCode = 1;
