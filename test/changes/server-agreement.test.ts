/** Servers on one store that differ refuse the changes of the connection in question. */
import { describe, expect, it } from 'vitest';

import { connectionFingerprint, makeServerAgreement } from '../../src/changes/server-agreement.ts';
import { fixedClock } from '../../src/clock.ts';
import { memoryStore } from '../../src/store/memory.ts';

const key = Buffer.alloc(32, 1);
const account = (accountName: string, password = 'one') => ({
  provider: 'thingspace',
  settings: { url: 'https://thingspace.example', account: accountName, username: 'ops', password },
});

function servers() {
  const store = memoryStore();
  const clock = fixedClock(0);
  const server = (session: string, connections: Record<string, string>, policy = 'v1') =>
    makeServerAgreement({ store, clock, session, version: '0.1.0', policy: () => policy, connections });
  return { store, clock, server };
}

describe('servers on one store', () => {
  it('agree when the same name means the same account under the same policy, and others are none of their business', async () => {
    const { server } = servers();
    const [one, other] = [server('one', { us: 'a' }), server('other', { us: 'a', eu: 'b' })];
    await one.announce();
    await other.announce();
    expect([await one.conflictOn('us'), await other.conflictOn('us'), await other.conflictOn('eu')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('refuse a connection that means another account elsewhere, both of them, and no other connection', async () => {
    const { server } = servers();
    const [one, other] = [server('one', { us: 'a', eu: 'b' }), server('other', { us: 'x', eu: 'b' })];
    await one.announce();
    await other.announce();
    expect(await one.conflictOn('us')).toBe(
      'another server on this store (other, version 0.1.0) has another provider, address or account for connection us',
    );
    expect(await other.conflictOn('us')).toContain('another server on this store (one, version 0.1.0)');
    expect(await one.conflictOn('eu')).toBeUndefined();
  });

  it('refuse while another server decides by another policy, until that one has ended for a minute or has the same', async () => {
    const { server, clock } = servers();
    const one = server('one', { us: 'a' });
    await one.announce();
    await server('other', { us: 'a' }, 'v2').announce();
    expect(await one.conflictOn('us')).toContain('decides by another policy (version v2, here v1)');
    await server('other', { us: 'a' }, 'v1').announce();
    expect(await one.conflictOn('us')).toBeUndefined();
    await server('other', { us: 'a' }, 'v2').announce();
    clock.advance(60_000);
    expect(await one.conflictOn('us')).toBeUndefined();
  });

  it('a server that ended leaves no entry behind', async () => {
    const { server, clock, store } = servers();
    await server('gone', { us: 'a' }).announce();
    clock.advance(60_000);
    await server('one', { us: 'a' }).announce();
    expect(Object.keys((await store.value<object>('servers')) ?? {})).toEqual(['one']);
  });
});

describe('the fingerprint of a connection', () => {
  it('tells accounts and addresses apart, not passwords, and reveals none of them', () => {
    const of = (one: { provider: string; settings: unknown }) => connectionFingerprint(key, one);
    expect(of(account('0442-1'))).toBe(of(account('0442-1', 'two')));
    expect(of(account('0442-1'))).not.toBe(of(account('0442-2')));
    expect(of(account('0442-1'))).not.toBe(of({ ...account('0442-1'), provider: 'iotx' }));
    expect(of(account('0442-1'))).toMatch(/^[\w-]{22}$/);
  });
});
