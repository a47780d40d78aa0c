/** `npm run evals`: plays the safety evaluation and prints it; `-- --write` writes docs/safety.md. Exit code 1 on harm. */
import { writeFileSync } from 'node:fs';

import { families } from './families/index.ts';
import { pageOf, problemsOf, runFamilies } from './lib/report.ts';

const results = await runFamilies(families);
const page = pageOf(results);
if (process.argv.includes('--write')) writeFileSync(new URL('../docs/safety.md', import.meta.url), page);
else process.stdout.write(page);
const problems = problemsOf(results);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exit(problems.length > 0 ? 1 : 0);
