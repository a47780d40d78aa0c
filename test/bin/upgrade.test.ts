/** The state directory that an installation of 0.1.0 left behind, opened by this version. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';

import { root, runCommand, startStdioServer, temporaryFile, temporaryFolder } from './processes.ts';

const suspended = 'chg_7bf74e27003e';
/** The head of its record, as version 0.1.0 printed it. */
const head = '2a5617dbbfd9668d05497f11b2aefb1f61fa7fb0383a4e51e5975d3f8505d19c';

/** Writes the state directory of 0.1.0 and a configuration for it; the address answers nothing. */
function installation() {
  const state = temporaryFolder();
  const dump = readFileSync(join(root, 'test/fixtures/state-0.1.0.sql'), 'utf8');
  const db = new DatabaseSync(join(state, 'changes.db'));
  db.exec(dump);
  db.close();
  writeFileSync(join(state, 'key'), Buffer.from(/^-- Its key, hex: (\w+)$/m.exec(dump)?.[1] ?? '', 'hex'));
  const account = { account: '0442000123-00001', appKey: 'key', appSecret: 'secret', username: 'user', password: 'password' };
  const connection = { name: 'verizon', provider: 'thingspace', writes: 'on', sandbox: true, url: 'http://127.0.0.1:9', ...account };
  return { state, config: temporaryFile({ connections: [connection], stateDir: state }) };
}

it('the record of 0.1.0 verifies before and after the upgrade, from the head that was noted', async () => {
  const { state } = installation();
  for (let i = 0; i < 2; i++)
    expect((await runCommand(['audit', 'verify', '--state', state, '--head', head])).out).toContain(
      `6 lines as they were written, head ${head}`,
    );
});

/** A server of this version on that directory, a few seconds after 0.1.0 ended. */
const upgraded = () => startStdioServer(['stdio', '--config', installation().config, '--clock', '2026-11-27T22:13:00Z']);

it('the changes of 0.1.0 are kept with their outcome and history', { timeout: 30_000 }, async () => {
  const { call } = await upgraded();
  expect((await call('list_changes')).result.structuredContent['total']).toBe(3);
  const { content, structuredContent } = (await call('get_change', { change: suspended })).result;
  expect(structuredContent['change']).toMatchObject({
    status: 'applied',
    targets: [{ device: '89148000000077000037', outcome: 'applied', after: { state: 'suspend' } }],
    approvedBy: 'the person at local',
  });
  expect(content[0].text).toContain('2026-11-27T22:12:45Z applied');
});

it('a plan of 0.1.0 that waits for a named person goes on waiting: neither the upgrade nor the assistant carries it out', {
  timeout: 30_000,
}, async () => {
  const { call } = await upgraded();
  const waiting = { change: 'chg_0bf3746f5deb' };
  const before = (await call('get_change', waiting)).result;
  expect(before.structuredContent['change']).toMatchObject({ status: 'awaiting_approval' });
  expect(before.content[0].text).toContain('1 named person must approve it outside this chat');
  const { result } = await call('apply_change', { ...waiting, confirm: String(before.structuredContent['change']?.['summary']) });
  expect(result.isError).toBe(true);
  expect((await call('get_change', waiting)).result.structuredContent['change']).toMatchObject({ status: 'awaiting_approval' });
});

it('a state directory that a newer version has opened is refused, as docs/upgrade.md says', async () => {
  const { state } = installation();
  const db = new DatabaseSync(join(state, 'changes.db'));
  db.exec('PRAGMA user_version = 99');
  db.close();
  const { code, err } = await runCommand(['audit', 'verify', '--state', state]);
  expect(code).toBe(1);
  expect(err).toContain('was written by a newer version of this program');
});
