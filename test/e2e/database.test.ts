/** Servers on one PostgreSQL database, as an operator starts them: processes, commands, and a database that goes away. */
import { readFileSync } from 'node:fs';

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { describe, expect, it, onTestFinished } from 'vitest';

import { systemClock } from '../../src/clock.ts';
import { thingspace } from '../../src/providers/thingspace.ts';
import { makeSandbox } from '../../src/sandbox/index.ts';
import { portHandler } from '../../src/sandbox/port-handler.ts';
import { sandboxConnections } from '../../src/server/select-connections.ts';
import { verifyAudit } from '../../src/store/audit.ts';
import { postgresStore } from '../../src/store/postgres/postgres-store.ts';
import { listen } from '../../src/web/listen.ts';
import { runCommand, startServer, temporaryFile, temporaryFolder } from '../bin/processes.ts';
import { breakableDatabase, newDatabase } from '../support/postgres.ts';
import { sandboxProviders } from '../support/providers.ts';
import { makeSharedServers, simsArgument } from '../support/shared-servers.ts';
import { countRequests, structuredOf, yes } from '../support/test-server.ts';

const env = { IOT_OPS_SEAL_KEY: '5e'.repeat(32) };

/** A carrier on a port, and the flags of servers that use it with a new database. */
async function site() {
  const { world } = makeSandbox({ providers: sandboxProviders, clock: systemClock, fleet: 60, seed: 1 });
  const served = await listen(portHandler(world), '127.0.0.1', 0);
  onTestFinished(() => served.close());
  const { settings } = sandboxConnections([thingspace], served.url)[0] as { settings: object };
  const connection = { name: 'ts', provider: 'thingspace', sandbox: true, writes: 'on', url: served.url, ...settings };
  const callers = { ops: 'token-of-ops-0123456789' };
  const database = await newDatabase();
  const config = temporaryFile({ connections: [{ ...connection, account: '0442000123-00001' }], callers });
  const flags = (): string[] => ['--config', config, '--state', temporaryFolder(), '--store', database];
  const sims = world.thingspace.devices.filter(({ state, account }) => state === 'active' && account === '0442000123-00001');
  return { world, database, flags, sims, token: callers.ops };
}

/** A client whose requests go to the servers in turn, as behind a load balancer without sticky routing. */
async function clientInTurn(urls: readonly string[], token: string) {
  const client = new Client(
    { name: 'story', version: '1' },
    { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: 'auto' } },
  );
  const asked: string[] = [];
  client.setRequestHandler('elicitation/create', async ({ params }) => {
    asked.push(params.message);
    return yes({ message: params.message, fields: 'requestedSchema' in params ? Object.keys(params.requestedSchema.properties) : [] });
  });
  const reached: string[] = [];
  let turn = 0;
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${urls[0]}/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${token}` } },
      fetch: (url, init) => {
        const to = urls[turn++ % urls.length] as string;
        reached.push(to);
        return fetch(new URL(new URL(url).pathname, to), init);
      },
    }),
  );
  onTestFinished(() => client.close());
  return { client, asked, reached };
}

describe('two HTTP servers on one database', { timeout: 60_000 }, () => {
  it('a question of one server is answered at the other, the change is sent once, and both show it', async () => {
    const { world, database, flags, sims, token } = await site();
    const servers = await Promise.all([1, 2].map(() => startServer(['http', '--port', '0', ...flags()], env)));
    const { client, asked, reached } = await clientInTurn(
      servers.map(({ url }) => url),
      token,
    );
    const before = reached.length;
    const result = await client.callTool({ name: 'suspend_sim', arguments: simsArgument(sims.slice(0, 1)) });
    expect(new Set(reached.slice(before)).size).toBe(2);
    expect(asked).toHaveLength(1);
    const { change } = structuredOf(result);
    expect(change).toMatchObject({ status: 'accepted', approval: 'elicited' });
    for (let i = 0; i < 2; i++) {
      const shown = structuredOf(await client.callTool({ name: 'get_change', arguments: { change: change.id } })).change;
      expect(shown.id).toBe(change.id);
    }
    expect(world.requestLog.filter(({ operation }) => operation === 'thingspace.devices.suspend')).toHaveLength(1);
    const store = await postgresStore(database);
    onTestFinished(() => store.close());
    expect((await verifyAudit(store.audit())).broken).toBeUndefined();
  });

  it('stop at any machine stops both servers, go allows changes again, and the record is verified and exported', async () => {
    const { world, flags, sims, token } = await site();
    const servers = await Promise.all([1, 2].map(() => startServer(['http', '--port', '0', ...flags()], env)));
    const { client } = await clientInTurn(
      servers.map(({ url }) => url),
      token,
    );
    const stopped = await runCommand(['stop', 'wrong', 'account', ...flags()], env);
    expect([stopped.code, stopped.err]).toEqual([0, expect.stringContaining('All changes are stopped for every server on the database')]);
    for (const sim of sims.slice(0, 2)) {
      const { change } = structuredOf(await client.callTool({ name: 'suspend_sim', arguments: simsArgument([sim]) }));
      expect(change).toMatchObject({ status: 'refused', reason: 'stopped' });
    }
    expect((await runCommand(['go', ...flags()], env)).err).toContain('Changes may run again.');
    const { change } = structuredOf(await client.callTool({ name: 'suspend_sim', arguments: simsArgument(sims.slice(0, 1)) }));
    expect(change.status).toBe('accepted');
    expect(world.requestLog.filter(({ operation }) => operation === 'thingspace.devices.suspend')).toHaveLength(1);
    expect((await runCommand(['audit', 'verify', ...flags()], env)).out).toMatch(/^\d+ lines as they were written, head [0-9a-f]{64}\n$/);
    expect((await runCommand(['audit', 'export', ...flags()], env)).out).toContain(change.id);
  });
});

describe('servers that differ', { timeout: 60_000 }, () => {
  it('a server whose connection has another account refuses its changes and says why', async () => {
    const { world, flags, sims, token } = await site();
    const [one] = [await startServer(['http', '--port', '0', ...flags()], env)];
    const config = JSON.parse(readFileSync(flags()[1] as string, 'utf8'));
    config.connections[0].account = '0442000123-00002';
    const other = ['--config', temporaryFile(config), ...flags().slice(2)];
    await startServer(['http', '--port', '0', ...other], env);
    const { client } = await clientInTurn([one.url], token);
    const { change } = structuredOf(await client.callTool({ name: 'suspend_sim', arguments: simsArgument(sims.slice(0, 1)) }));
    expect(change).toMatchObject({ status: 'refused', reason: 'stopped' });
    expect(change.explanation).toContain('has another provider, address or account for connection ts; nothing was sent.');
    expect(world.requestLog.filter(({ operation }) => operation === 'thingspace.devices.suspend')).toEqual([]);
    expect(await (await fetch(`${one.url}/ready`)).json()).toEqual({ status: 'ready' });
  });
});

describe('a database that goes away', () => {
  it('while a request is at the provider: the answer says that it may have arrived, reads go on, and it is recorded later', async () => {
    const { url, cut, restore } = await breakableDatabase();
    const store = await postgresStore(url);
    onTestFinished(() => store.close());
    const { startServer: start, activeSims, world, waitForIdle } = await makeSharedServers({ store });
    const { call } = await (await start()).connectClient({ transport: 'stdio', era: 'auto', person: yes });
    const [sim] = activeSims;
    if (!sim) throw new Error('no SIM');
    const push = world.requestLog.push.bind(world.requestLog);
    world.requestLog.push = (...entries) => {
      if (entries.some(({ operation }) => operation === 'thingspace.devices.suspend')) cut();
      return push(...entries);
    };
    const answer = await call('suspend_sim', simsArgument([sim]));
    expect(answer.text).toContain('It was sent and may have taken effect, but the server could not record that (the database: ');
    expect(answer.text).toContain('It keeps trying to record it; do not request it again.');
    expect((await call('list_devices', { connection: 'sandbox-thingspace' })).isError).toBe(false);
    const refused = await call('suspend_sim', simsArgument(activeSims.slice(1, 2)));
    expect(refused.isError).toBe(true);
    expect(refused.text).toContain('An operator must make the database of the setting "store" reachable.');
    expect(countRequests(world, 'thingspace.devices.suspend')).toBe(1);
    restore();
    await waitForIdle();
    const again = await call('suspend_sim', simsArgument([sim]));
    expect(countRequests(world, 'thingspace.devices.suspend')).toBe(1);
    expect(again.structured.change.status).toMatch(/accepted|applied|unchanged|applying/);
  });
});
