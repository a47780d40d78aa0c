import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';

import { fileLoginLockout } from '../../src/store/login-lockout.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'lockout-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return join(path, 'state');
}

const credentials = ['https://thingspace.verizon.com', 'app-key-1', 'user-1', 'pass-word-1'];

/** The lockout reason, or `open`, as another process on the same directory reads it. `lock` locks the login first. */
async function otherProcess(dir: string, command: 'lock' | 'read', using = credentials): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'lock-login.ts'), dir, command, ...using]);
  return stdout;
}

describe('fileLoginLockout', () => {
  it('logins are open until the lockout is set, and locked until it is cleared', async () => {
    const lockout = fileLoginLockout(folder(), credentials);
    expect(await lockout.lockedReason()).toBeUndefined();
    expect(await lockout.clear()).toBe(false);
    await lockout.lock('the login was refused');
    expect(await lockout.lockedReason()).toBe('the login was refused');
    expect(await lockout.clear()).toBe(true);
    expect(await lockout.lockedReason()).toBeUndefined();
    expect(await lockout.clear()).toBe(false);
  });

  it('a login lockout set or cleared in one process applies to all processes on the state directory', async () => {
    const dir = folder();
    expect(await otherProcess(dir, 'read')).toBe('open');
    expect(await otherProcess(dir, 'lock')).toBe('refused in another process');
    const here = fileLoginLockout(dir, credentials);
    expect(await here.lockedReason()).toBe('refused in another process');
    expect(await here.clear()).toBe(true);
    expect(await otherProcess(dir, 'read')).toBe('open');
  });

  it('a login lockout does not apply to other credentials', async () => {
    const dir = folder();
    await fileLoginLockout(dir, credentials).lock('no');
    for (let i = 0; i < credentials.length; i++) {
      const others = credentials.map((one, j) => (i === j ? `${one}x` : one));
      expect(await fileLoginLockout(dir, others).lockedReason()).toBeUndefined();
    }
    expect(await fileLoginLockout(dir, ['ab', 'c']).lockedReason()).toBeUndefined();
    await fileLoginLockout(dir, ['ab', 'c']).lock('no');
    expect(await fileLoginLockout(dir, ['a', 'bc']).lockedReason()).toBeUndefined();
  });

  it('the lockout and key files are readable by their owner only and contain no credentials', async () => {
    const dir = folder();
    await fileLoginLockout(dir, credentials).lock('the login was refused');
    const files = readdirSync(dir).sort();
    expect(files).toEqual(['key', expect.stringMatching(/^latch-[0-9a-f]{32}\.txt$/)]);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    for (const file of files) expect(statSync(join(dir, file)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(dir, 'key'))).toHaveLength(32);
    expect(readFileSync(join(dir, files[1] ?? ''), 'utf8')).toBe('the login was refused');
  });

  it('the lockout file of the same credentials has another name in another state directory', async () => {
    const [one, two] = [folder(), folder()];
    await fileLoginLockout(one, credentials).lock('no');
    await fileLoginLockout(two, credentials).lock('no');
    expect(readdirSync(one).filter((name) => name !== 'key')).not.toEqual(readdirSync(two).filter((name) => name !== 'key'));
  });

  it('concurrent first uses of a state directory create only one lockout file', async () => {
    for (let round = 0; round < 40; round++) {
      const dir = folder();
      await Promise.all(Array.from({ length: 8 }, () => fileLoginLockout(dir, credentials).lock('no')));
      expect(readdirSync(dir).filter((name) => name !== 'key')).toHaveLength(1);
    }
  });
});
