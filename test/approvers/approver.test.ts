import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOTP } from 'otpauth';
import { beforeAll, describe, expect, it, onTestFinished, test } from 'vitest';

import { type Approver, hashPin, isPinHash, isTotpSecret, makeProof, newTotp } from '../../src/approvers/approver.ts';
import { fixedClock } from '../../src/clock.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { sqliteStore } from '../../src/store/sqlite.ts';
import { began, minute } from './waiting.ts';

// The secret of RFC 6238, appendix B: "12345678901234567890".
const rfcSecret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const pin = 'correct-pin';
let maria: Approver;
const jo: Approver = { name: 'jo', totp: rfcSecret };
const sameForAll =
  'name and code do not fit together. Try again: a code of an app counts once. After 5 wrong tries a name is locked for 15 minutes.';

beforeAll(async () => {
  maria = { name: 'maria', pin: await hashPin(pin, randomBytes) };
});

function proof(store = memoryStore(), clock = fixedClock(began)) {
  const { prove } = makeProof({ approvers: [maria, jo], store, clock });
  const say = (name: string, code: string): Promise<string> =>
    prove(name, code).catch((error: { message: string; next: string }) => `${error.message}. ${error.next}`);
  return { say, clock, code: (at = clock.now()) => new TOTP({ secret: rfcSecret }).generate({ timestamp: at }) };
}

describe('a PIN', () => {
  it('is kept as a salted scrypt hash, another one each time', async () => {
    const [one, other] = await Promise.all([hashPin(pin, randomBytes), hashPin(pin, randomBytes)]);
    expect(one).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
    expect(one).not.toBe(other);
    expect([isPinHash(one ?? ''), isPinHash('correct-pin'), isPinHash(`scrypt$2$8$1$${'A'.repeat(22)}$${'A'.repeat(43)}`)]).toEqual([
      true,
      false,
      false,
    ]);
  });
  it('has at least six characters', async () => {
    await expect(hashPin('12345', randomBytes)).rejects.toThrow('a PIN has 6 to 128 characters');
    await expect(hashPin('x'.repeat(129), randomBytes)).rejects.toThrow('a PIN has 6 to 128 characters');
  });
  it('proves its approver, whose name is taken in either case', async () => {
    const { say } = proof();
    expect(await say('maria', pin)).toBe('maria');
    expect(await say(' Maria ', pin)).toBe('maria');
  });
  it.each([
    ['a wrong one', 'maria', 'wrong-pin-1'],
    ['an empty one', 'maria', ''],
    ['one of an unknown name', 'nobody', pin],
    ['one of somebody else', 'jo', pin],
    ['one with more behind', 'maria', `${pin}x`],
    ['the hash itself', 'maria', 'hash'],
    ['a name from every object', '__proto__', pin],
  ])('%s is refused, always in the same words', async (_, name, code) => {
    expect(await proof().say(name, code === 'hash' ? (maria.pin ?? '') : code)).toBe(sameForAll);
  });
});

describe('a code of an app', () => {
  it('is the one of RFC 6238', async () => {
    const clock = fixedClock(59_000);
    expect(await proof(memoryStore(), clock).say('jo', '287082')).toBe('jo');
    const later = fixedClock(1_111_111_109_000);
    expect(await proof(memoryStore(), later).say('jo', '081 804')).toBe('jo');
  });
  it('holds one step before and after, no longer', async () => {
    const ages = [-60_000, -30_000, 0, 30_000, 60_000];
    const answers = await Promise.all(
      ages.map((age) => {
        const { say, code } = proof();
        return say('jo', code(began + age));
      }),
    );
    expect(answers.map((one) => one === 'jo')).toEqual([false, true, true, true, false]);
  });
  it('is taken once, and none from before it', async () => {
    const { say, code, clock } = proof();
    const [before, now] = [code(began - 30_000), code()];
    expect(await say('jo', now)).toBe('jo');
    expect(await say('jo', now)).toBe(sameForAll);
    expect(await say('jo', before)).toBe(sameForAll);
    clock.advance(30_000);
    expect(await say('jo', code())).toBe('jo');
  });
  it('is taken once across processes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'codes-'));
    const stores = [sqliteStore(join(folder, 'changes.db')), sqliteStore(join(folder, 'changes.db'))];
    onTestFinished(() => {
      for (const store of stores) store.close();
      rmSync(folder, { recursive: true });
    });
    const [one, other] = stores.map((store) => proof(store));
    const answers = await Promise.all([one?.say('jo', one.code()), other?.say('jo', one?.code() ?? '')]);
    expect(answers.sort()).toEqual(['jo', sameForAll]);
  });
  it.each(['', '12345', '1234567', 'abcdef', '000000\n'])('%j is none', async (code) => {
    expect(await proof().say('jo', code)).toBe(sameForAll);
  });
});

describe('five wrong tries', () => {
  it('lock a name for 15 minutes, the right code included, and no other name', async () => {
    const { say, clock, code } = proof();
    for (let i = 0; i < 5; i++) expect(await say('maria', `wrong-${i}`)).toBe(sameForAll);
    expect(await say('maria', pin)).toBe(sameForAll);
    expect(await say('jo', code())).toBe('jo');
    clock.advance(15 * minute - 1);
    expect(await say('maria', pin)).toBe(sameForAll);
    clock.advance(1);
    expect(await say('maria', pin)).toBe('maria');
  });
  it('are counted before they are answered: many at once are five', async () => {
    const { say } = proof();
    const answers = await Promise.all([...Array.from({ length: 5 }, (_, i) => say('maria', `wrong-${i}`)), say('maria', pin)]);
    expect(answers).toEqual(Array(6).fill(sameForAll));
  });
  it('are forgotten with a right one', async () => {
    const { say } = proof();
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 4; i++) expect(await say('maria', `wrong-${i}`)).toBe(sameForAll);
      expect(await say('maria', pin)).toBe('maria');
    }
  });
  it('count across processes on one store', async () => {
    const store = memoryStore();
    for (let i = 0; i < 5; i++) await proof(store).say('maria', `wrong-${i}`);
    expect(await proof(store).say('maria', pin)).toBe(sameForAll);
  });
  it('of a locked app use up no code', async () => {
    const { say, clock, code } = proof();
    for (let i = 0; i < 5; i++) await say('jo', '000000');
    expect(await say('jo', code())).toBe(sameForAll);
    clock.advance(15 * minute);
    expect(await say('jo', code())).toBe('jo');
  });
});

test('an unknown name takes about as long as a known one', async () => {
  const { say } = proof();
  const took = async (name: string): Promise<number> => {
    const start = performance.now();
    await say(name, 'wrong-pin');
    return performance.now() - start;
  };
  await took('maria');
  const [known, unknown, app] = [await took('maria'), await took('nobody'), await took('jo')];
  expect(unknown).toBeGreaterThan(known / 4);
  expect(app).toBeGreaterThan(known / 4);
});

test('a new secret is base32 of 160 bits, and its URI says whose it is', async () => {
  const { secret, uri } = await newTotp('jo', () => Buffer.from('12345678901234567890'));
  expect(secret).toBe(rfcSecret);
  expect(uri).toBe(`otpauth://totp/iot-ops-mcp:jo?issuer=iot-ops-mcp&secret=${rfcSecret}&algorithm=SHA1&digits=6&period=30`);
  expect([isTotpSecret(secret), isTotpSecret('GEZDGNBV'), isTotpSecret('not base32')]).toEqual([true, false, false]);
});
