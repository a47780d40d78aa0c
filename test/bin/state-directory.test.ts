/** The state directory of server processes: who may read it, and a record that was deleted or replaced beside its key. */
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { thingspace } from '../../src/providers/thingspace.ts';
import { sandboxConnections } from '../../src/server/select-connections.ts';
import { bindKey, recordOfKey, stateKey } from '../../src/store/key.ts';
import { openRecord, openStateDirectory, securePermissions } from '../../src/store/state-directory.ts';
import { runCommand, startStdioServer, temporaryFile, temporaryFolder } from './processes.ts';

const { settings } = sandboxConnections([thingspace], 'http://127.0.0.1:9')[0] as { settings: object };
const connection = { name: 'ts', provider: 'thingspace', sandbox: true, writes: 'on', url: 'http://127.0.0.1:9', ...settings };

/** A state directory in which a server has run, and the arguments of the next one. */
async function usedState(): Promise<{ state: string; args: string[] }> {
  const state = join(temporaryFolder(), 'state');
  const args = ['--config', temporaryFile({ connections: [connection] }), '--state', state];
  const server = await startStdioServer(args);
  expect(await server.leave()).toBe(0);
  return { state, args };
}

const files = (state: string): string[] => readdirSync(state).filter((name) => name.startsWith('changes.db'));
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe('a record that is missing or another one beside its key', () => {
  it('servers and audit verify refuse to begin anew after changes.db was deleted', async () => {
    const { state, args } = await usedState();
    for (const name of files(state)) rmSync(join(state, name));
    const said = `${join(state, 'changes.db')} is missing, although the key beside it has sealed a record of changes: it was deleted or replaced. Restore changes.db from a backup. To begin a new record on purpose, move ${join(state, 'key')} and what is left of changes.db away: plans that wait then end.`;
    for (const command of [
      ['audit', 'verify', '--state', state],
      ['approvals', '--state', state],
      ['stdio', ...args],
    ]) {
      const { code, out, err } = await runCommand(command);
      expect([code, out]).toEqual([1, '']);
      expect(err).toContain(said);
      expect(files(state)).toEqual([]);
    }
    rmSync(join(state, 'key'));
    const { out } = await runCommand(['stdio', ...args]);
    expect(out).toBe('');
    expect((await runCommand(['audit', 'verify', '--state', state])).out).toMatch(/^0 lines as they were written/);
  });

  it('servers and audit verify refuse a fresh record in the place of the one that the key belongs to', async () => {
    const [{ state, args }, other] = [await usedState(), await usedState()];
    for (const name of files(state)) rmSync(join(state, name));
    cpSync(join(other.state, 'changes.db'), join(state, 'changes.db'));
    for (const command of [
      ['audit', 'verify', '--state', state],
      ['stdio', ...args],
    ]) {
      const { code, out, err } = await runCommand(command);
      expect([code, out]).toEqual([1, '']);
      expect(err).toContain(`${join(state, 'changes.db')} is another record than before`);
    }
  });

  it('the key of an earlier version is kept and bound to the record beside it', () => {
    const state = temporaryFolder();
    const key = stateKey(state);
    expect(readFileSync(join(state, 'key'))).toHaveLength(32);
    expect(recordOfKey(state)).toBeUndefined();
    const opened = openStateDirectory(state);
    expect(opened.key).toEqual(key);
    expect(recordOfKey(state)).toBe(opened.store.recordId);
    expect(stateKey(state)).toEqual(key);
    opened.store.close();
    bindKey(state, '00'.repeat(16));
    expect(() => openRecord(state)).toThrow('is another record than before');
  });
});

describe('access to the state directory', () => {
  it('its files can be read by their owner only, also those that an earlier version left open', async () => {
    const { state, args } = await usedState();
    for (const name of readdirSync(state)) chmodSync(join(state, name), 0o644);
    writeFileSync(join(state, 'stop'), 'tests', { mode: 0o644 });
    const server = await startStdioServer(args);
    const modes = Object.fromEntries(readdirSync(state).map((name) => [name, modeOf(join(state, name))]));
    expect(modes).toEqual({ 'changes.db': '600', 'changes.db-shm': '600', 'changes.db-wal': '600', key: '600', stop: '600' });
    expect(server.output.err).not.toContain('others can write');
    await server.leave();
    expect(modeOf(state)).toBe('700');
  });

  it('a directory that others can write is warned about at the start and by audit verify', async () => {
    const { state, args } = await usedState();
    chmodSync(state, 0o777);
    const said = `others can write to the state directory ${state}, and so approve or hide changes: chmod 700 it`;
    expect((await runCommand(['stdio', ...args])).err).toContain(said);
    expect((await runCommand(['audit', 'verify', '--state', state])).err).toContain(said);
    for (const mode of [0o770, 0o702, 0o1777]) {
      chmodSync(state, mode);
      expect(securePermissions(state)).toEqual([said]);
    }
  });

  it('a directory that others can only read is not warned about', () => {
    const state = join(temporaryFolder(), 'state');
    mkdirSync(state);
    chmodSync(state, 0o755);
    expect(securePermissions(state)).toEqual([]);
    expect(securePermissions(join(state, 'missing'))).toEqual([]);
  });
});
