import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';

import { fileLatch } from '../../src/store/latch.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'latch-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return join(path, 'state');
}

const credentials = ['https://thingspace.verizon.com', 'app-key-1', 'user-1', 'pass-word-1'];

/** What another node process on the same directory finds. */
async function otherProcess(dir: string, act: 'close' | 'look', using = credentials): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'close-latch.ts'), dir, act, ...using]);
  return stdout;
}

describe('the login latch on disk', () => {
  it('is open until it is closed, and closed until it is cleared', async () => {
    const latch = fileLatch(folder(), credentials);
    expect(await latch.closed()).toBeUndefined();
    expect(await latch.clear()).toBe(false);
    await latch.close('the login was refused');
    expect(await latch.closed()).toBe('the login was refused');
    expect(await latch.clear()).toBe(true);
    expect(await latch.closed()).toBeUndefined();
    expect(await latch.clear()).toBe(false);
  });

  it('that one process closed, another finds closed; cleared here it is open there', async () => {
    const dir = folder();
    expect(await otherProcess(dir, 'look')).toBe('open');
    expect(await otherProcess(dir, 'close')).toBe('refused in another process');
    const here = fileLatch(dir, credentials);
    expect(await here.closed()).toBe('refused in another process');
    expect(await here.clear()).toBe(true);
    expect(await otherProcess(dir, 'look')).toBe('open');
  });

  it('is open for other credentials', async () => {
    const dir = folder();
    await fileLatch(dir, credentials).close('no');
    for (let i = 0; i < credentials.length; i++) {
      const others = credentials.map((one, j) => (i === j ? `${one}x` : one));
      expect(await fileLatch(dir, others).closed()).toBeUndefined();
    }
    expect(await fileLatch(dir, ['ab', 'c']).closed()).toBeUndefined();
    await fileLatch(dir, ['ab', 'c']).close('no');
    expect(await fileLatch(dir, ['a', 'bc']).closed()).toBeUndefined();
  });

  it('keeps its files to their owner, and no credentials in them', async () => {
    const dir = folder();
    await fileLatch(dir, credentials).close('the login was refused');
    const files = readdirSync(dir).sort();
    expect(files).toEqual(['key', expect.stringMatching(/^latch-[0-9a-f]{32}\.txt$/)]);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    for (const file of files) expect(statSync(join(dir, file)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(dir, 'key'))).toHaveLength(32);
    expect(readFileSync(join(dir, files[1] ?? ''), 'utf8')).toBe('the login was refused');
  });

  it('names its file with a key of the directory: the same credentials elsewhere have another name', async () => {
    const [one, two] = [folder(), folder()];
    await fileLatch(one, credentials).close('no');
    await fileLatch(two, credentials).close('no');
    expect(readdirSync(one).filter((name) => name !== 'key')).not.toEqual(readdirSync(two).filter((name) => name !== 'key'));
  });

  it('is one latch, also for those who come first at the same time', async () => {
    for (let round = 0; round < 40; round++) {
      const dir = folder();
      await Promise.all(Array.from({ length: 8 }, () => fileLatch(dir, credentials).close('no')));
      expect(readdirSync(dir).filter((name) => name !== 'key')).toHaveLength(1);
    }
  });
});
