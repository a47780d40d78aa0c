/** Applies the worked examples of docs/contributing to a copy of the sources, compiles it and runs their tests. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { pages, read } from './pages.ts';

const root = resolve(import.meta.dirname, '../..');
const guides = ['add-an-operation', 'add-a-tool', 'add-a-provider'].map((name) => `docs/contributing/${name}.md`);

interface Block {
  page: string;
  /** Of the file that the block is, or changes. */
  path: string;
  kind: 'ts' | 'diff';
  code: string;
}

/** The code blocks of a page that belong to a file: the line before one begins with the path in backquotes and ends with a colon. */
function blocksOf(page: string): Block[] {
  return [...read(page).matchAll(/^`([\w./-]+\.ts)`[^\n]*:\n\n```(ts|diff)\n([\s\S]*?)^```$/gm)].map(([, path = '', kind, code = '']) => ({
    page,
    path,
    kind: kind as Block['kind'],
    code,
  }));
}

/** The text with every hunk of a diff applied; hunks are separated by `@@`. Throws where the old lines do not occur exactly once. */
function patch(text: string, { page, path, code }: Block): string {
  return code.split(/^@@\n/m).reduce((sofar, hunk) => {
    const lines = hunk.replace(/\n$/, '').split('\n');
    const side = (mark: string): string =>
      lines
        .filter((line) => line.startsWith(' ') || line.startsWith(mark))
        .map((line) => `${line.slice(1)}\n`)
        .join('');
    const parts = `\n${sofar}`.split(`\n${side('-')}`);
    if (parts.length !== 2) throw new Error(`${page}: the lines to change occur ${parts.length - 1} times in ${path}:\n${side('-')}`);
    return parts.join(`\n${side('+')}`).slice(1);
  }, text);
}

const blocks = guides.flatMap(blocksOf);

/** The tests that call every case of test/support/tool-cases.ts. */
const testsOfToolCases = ['test/e2e/curated-tool-parity.test.ts', 'test/e2e/tool-hints.test.ts'];

/** Writes a copy of the sources with the blocks applied, in the order of the pages. */
function writeCopy(applied: readonly Block[]): string {
  const dir = mkdtempSync(join(tmpdir(), 'contributing-'));
  for (const part of ['src', 'test/support', ...testsOfToolCases, 'tsconfig.json', 'package.json'])
    cpSync(join(root, part), join(dir, part), { recursive: true });
  symlinkSync(resolve(root, 'node_modules'), join(dir, 'node_modules'));
  for (const block of applied) {
    const path = join(dir, block.path);
    if (block.kind === 'diff' && !existsSync(path)) cpSync(join(root, block.path), path);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, block.kind === 'ts' ? block.code : patch(readFileSync(path, 'utf8'), block));
  }
  // The list of providers imports every one of them, which takes long; the tests load it.
  const files = applied.map(({ path }) => path).filter((path) => path.startsWith('src/') && path !== 'src/providers/index.ts');
  writeFileSync(join(dir, 'tsconfig.guide.json'), JSON.stringify({ extends: './tsconfig.json', include: [], files: [...new Set(files)] }));
  return dir;
}

/** Runs a program of node_modules in a copy and gives its exit code and everything it printed. */
function run(dir: string, script: string, args: readonly string[]): Promise<{ code: unknown; output: string }> {
  // The variables of the vitest around this test would reach the one inside.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST|NODE_ENV)/.test(name)));
  return new Promise((done) => {
    execFile(
      process.execPath,
      [join(root, 'node_modules', script), ...args],
      { cwd: dir, env: { ...env, NO_COLOR: '1' } },
      (error, out, err) => done({ code: error?.code ?? 0, output: `${out}${err}` }),
    );
  });
}

const compile = (dir: string) => run(dir, 'typescript/bin/tsc', ['-p', 'tsconfig.guide.json', '--pretty', 'false']);

/** Steps that are left out, each with what the compiler says and what the page quotes. */
const leftOut: readonly { step: string; page: string; path: string; edit: (code: string) => string; says: string }[] = [
  {
    step: 'an operation without its body in the example',
    page: 'add-an-operation',
    path: 'src/clients/iotx/notes.ts',
    edit: (code) => code.replace(", body: { note: 'behind the pump' }", ''),
    says: "Property 'body' is missing",
  },
  {
    step: 'a noun without handlers',
    page: 'add-an-operation',
    path: 'src/sandbox/iotx/index.ts',
    edit: (code) => code.replace('+    notes,\n', ''),
    says: "Property 'notes' is missing",
  },
  {
    step: 'an operation without a handler',
    page: 'add-an-operation',
    path: 'src/sandbox/iotx/notes.ts',
    edit: (code) => code.replace(/ {2}set\(\{[\s\S]*?\n {2}\},\n/, ''),
    says: "Property 'set' is missing",
  },
  {
    step: 'a planner without an end of waiting',
    page: 'add-an-operation',
    path: 'src/changes/iotx/notes.ts',
    edit: (code) => code.replace(/ {2}settleTimeout.*\n/, ''),
    says: "Property 'settleTimeout' is missing",
  },
  {
    step: 'a tool without an example',
    page: 'add-a-tool',
    path: 'src/tools/iotx/get-subscriber-note.ts',
    edit: (code) => code.replace(/ {2}example:.*\n/, ''),
    says: "Property 'example' is missing",
  },
  {
    step: 'a change tool that does not say whether it may be repeated',
    page: 'add-a-tool',
    path: 'src/tools/iotx/set-subscriber-note.ts',
    edit: (code) => code.replace(/ {2}idempotent:.*\n/, ''),
    says: "Property 'idempotent' is missing",
  },
  {
    step: 'a provider without a sandbox',
    page: 'add-a-provider',
    path: 'src/providers/lakenet.ts',
    edit: (code) => code.replace(/ {2}loadSandbox:.*\n/, ''),
    says: "Property 'loadSandbox' is missing",
  },
];

describe('docs/contributing', () => {
  let complete: string;
  let incomplete: string;
  beforeAll(() => {
    complete = writeCopy(blocks);
    const edited = blocks.map((block) => ({
      ...block,
      code: leftOut.filter(({ path }) => path === block.path).reduce((code, { edit }) => edit(code), block.code),
    }));
    incomplete = writeCopy(edited);
  });
  afterAll(() => {
    for (const dir of [complete, incomplete]) rmSync(dir, { recursive: true, force: true });
  });

  it('the examples of docs/contributing compile and their tests pass', { timeout: 60_000 }, async () => {
    const own = blocks.map(({ path }) => path).filter((path) => path.endsWith('.test.ts') && !path.endsWith('inventory.test.ts'));
    const tests = [...own, ...testsOfToolCases];
    const quick = ['--no-isolate', '--pool=threads', '--maxWorkers=1'];
    const [compiled, tested] = await Promise.all([
      compile(complete),
      run(complete, 'vitest/vitest.mjs', ['run', ...quick, '--root', complete, '-t', 'note|Lakenet', ...tests]),
    ]);
    expect(compiled).toEqual({ code: 0, output: '' });
    expect(tested.output).toMatch(/Test Files {2}6 passed \(6\)/);
    expect(tested.code, tested.output).toBe(0);
  });

  it('a step left out of an example does not compile, with the message that its page quotes', { timeout: 60_000 }, async () => {
    const { output } = await compile(incomplete);
    const messages = output.split(/\n(?=\S)/);
    for (const { step, page, path, says } of leftOut) {
      const own = messages.filter((message) => message.startsWith(path)).join('\n');
      expect(own, step).toContain(says);
      expect(read(`docs/contributing/${page}.md`)).toContain(says);
    }
  });

  it('every test that AGENTS.md or docs/contributing quotes by its title exists', () => {
    const quoted = pages
      .filter((page) => page === 'AGENTS.md' || page.startsWith('docs/contributing/'))
      .flatMap((page) =>
        [...read(page).matchAll(/`(test\/[\w./-]+\.test\.ts)`, "([^"]+)"/g)].map(([, path = '', title = '']) => ({ path, title })),
      );
    expect(quoted.length).toBeGreaterThan(5);
    expect(quoted.filter(({ path, title }) => !readFileSync(join(root, path), 'utf8').includes(title))).toEqual([]);
  });
});
