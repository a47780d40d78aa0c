/** docs/clients.md is well-formed, says of each row how it is known, and its configurations can be read. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

import { codeBlocks, read } from './pages.ts';

const page = 'docs/clients.md';
const root = resolve(import.meta.dirname, '../..');
const json = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));

/** The cells of the rows between two marks. */
function rowsOf(name: string): string[][] {
  const part = read(page).split(`<!-- ${name}: printed by npm run docs -->`)[1]?.split(`<!-- /${name} -->`)[0] ?? '';
  const lines = part.trim().split('\n');
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe('what other clients did', () => {
  const rows = rowsOf('interop');

  it('has a cell for every step, and nothing failed', () => {
    expect(rows.length).toBeGreaterThan(9);
    for (const row of rows) {
      expect(row).toHaveLength(9);
      for (const step of row.slice(2, 8)) expect(step).toMatch(/^(yes|planned|done|asked, done)$/);
    }
  });

  it('names package, version and date, and the version is the one that interop/ installs', () => {
    const { dependencies } = json('interop/package.json');
    for (const row of rows) {
      const [, name = '', version] = /^run: `([^`]+)` (\S+), \d{4}-\d{2}-\d{2}$/.exec(row.at(-1) ?? '') ?? [];
      expect(version).toBe(dependencies[name]);
    }
  });

  it('interop/ pins exact versions and has a lock', () => {
    for (const version of Object.values(json('interop/package.json').dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(json('interop/package-lock.json').packages[''].dependencies).toEqual(json('interop/package.json').dependencies);
  });
});

describe('configurations', () => {
  it('every JSON is a server of a client, started or at an address', () => {
    const servers = codeBlocks(page, 'json').map((text) => JSON.parse(text)['mcpServers'] ?? JSON.parse(text)['servers']);
    expect(servers).toHaveLength(8);
    for (const server of servers) {
      const { 'iot-ops': one } = server;
      expect(typeof (one.command ?? one.url ?? one.httpUrl)).toBe('string');
      expect(one.command === undefined || one.args.every((arg: unknown) => typeof arg === 'string')).toBe(true);
    }
  });

  it('every TOML is one table of strings and lists of strings, and every command is that of a client', () => {
    const blocks = codeBlocks(page, 'toml');
    expect(blocks).toHaveLength(2);
    for (const block of blocks) {
      const [table, ...lines] = block.trim().split('\n');
      expect(table).toBe('[mcp_servers.iot-ops]');
      // Strings and lists of strings of TOML are written here as those of JSON.
      for (const line of lines) expect(() => JSON.parse(line.replace(/^\w+ = /, ''))).not.toThrow();
    }
    for (const command of codeBlocks(page, 'sh')) expect(command).toMatch(/^claude mcp add /);
  });

  it('each client says from what it is known, and when', () => {
    const parts = read(page).split(/^### /m).slice(1);
    expect(parts).toHaveLength(13);
    for (const part of parts) expect(part).toMatch(/^[^\n]+\n\n(Known from [^\n]*|Connection run with `[^`]+` \S+, )\d{4}-\d{2}-\d{2}/);
  });
});
