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

const variantOf = (path: string): string => path.replace(/\.ts$/, '.left-out.ts');

/** Steps that are left out, each in a variant of its file, with what the compiler says and the page quotes. */
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
    edit: (code) => code.replace(/^ {4}notes,\n/m, ''),
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
  let dir: string;
  let messages: string[];
  beforeAll(async () => {
    dir = writeCopy(blocks);
    const variants = leftOut.map(({ path, edit }) => {
      const whole = readFileSync(join(dir, path), 'utf8');
      const variant = edit(whole);
      if (variant === whole) throw new Error(`nothing is left out of ${path}`);
      writeFileSync(join(dir, variantOf(path)), variant);
      return variantOf(path);
    });
    // The list of providers imports every one of them, which takes long; the tests load it.
    const own = blocks.map(({ path }) => path).filter((path) => path.startsWith('src/') && path !== 'src/providers/index.ts');
    const files = [...new Set([...own, ...variants])];
    writeFileSync(join(dir, 'tsconfig.guide.json'), JSON.stringify({ extends: './tsconfig.json', include: [], files }));
    const { output } = await run(dir, 'typescript/bin/tsc', ['-p', 'tsconfig.guide.json', '--pretty', 'false']);
    messages = output.split(/\n(?=\S)/).filter((message) => message !== '');
  }, 60_000);
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('the examples of docs/contributing compile', () => {
    expect(messages.filter((message) => !/^\S+\.left-out\.ts/.test(message))).toEqual([]);
  });

  it.each(leftOut)('$step does not compile, with the message that the page quotes', ({ page, path, says }) => {
    expect(messages.filter((message) => message.startsWith(variantOf(path))).join('\n')).toContain(says);
    expect(read(`docs/contributing/${page}.md`)).toContain(says);
  });

  it('the tests of the examples of docs/contributing pass', { timeout: 60_000 }, async () => {
    const own = blocks.map(({ path }) => path).filter((path) => path.endsWith('.test.ts') && !path.endsWith('inventory.test.ts'));
    const quick = ['--no-isolate', '--pool=threads', '--maxWorkers=1'];
    const args = ['run', ...quick, '--root', dir, '-t', 'note|Lakenet', ...own, ...testsOfToolCases];
    const { code, output } = await run(dir, 'vitest/vitest.mjs', args);
    expect(output).toMatch(/Test Files {2}6 passed \(6\)/);
    expect(code, output).toBe(0);
  });

  it('every test that AGENTS.md or docs/contributing quotes by its title exists', () => {
    const quoted = pages
      .filter((page) => page === 'AGENTS.md' || page.startsWith('docs/contributing/'))
      .flatMap((page) =>
        [...read(page).matchAll(/`(test\/[\w./-]+\.test\.ts)`, "([^"]+)"/g)].map(([, path = '', title = '']) => ({ path, title })),
      );
    expect(quoted.length).toBeGreaterThan(5);
    expect(quoted.filter(({ path, title }) => !readFileSync(join(root, path), 'utf8').includes(`'${title}'`))).toEqual([]);
  });
});
