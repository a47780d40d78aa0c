import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOTP } from 'otpauth';
import { describe, expect, it, onTestFinished, test } from 'vitest';

import { type Approver, hashPin, isPinHash, isTotpSecret, makeAuthenticator, newTotp } from '../../src/approvers/approver.ts';
import { fixedClock, systemClock } from '../../src/clock.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { sqliteStore } from '../../src/store/sqlite.ts';
import { began, cheapHash, minute } from './waiting.ts';

// The secret of RFC 6238, appendix B: "12345678901234567890".
const rfcSecret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const pin = 'correct-pin';
const maria: Approver = { name: 'maria', pin: cheapHash(pin) };
const jo: Approver = { name: 'jo', totp: rfcSecret };
const sameForAll =
  'name and code do not match. Try again: a code of an app is valid once. After 5 wrong tries a name is locked for 15 minutes.';

function setup(store = memoryStore(), clock = fixedClock(began)) {
  const { authenticate } = makeAuthenticator({ approvers: [maria, jo], store, clock });
  /** The approver's name, or the message of the refusal. */
  const attempt = (name: string, code: string): Promise<string> =>
    authenticate(name, code).catch((error: { message: string; next: string }) => `${error.message}. ${error.next}`);
  return { attempt, clock, code: (at = clock.now()) => new TOTP({ secret: rfcSecret }).generate({ timestamp: at }) };
}

describe('PIN', () => {
  it('hashPin returns a salted scrypt hash, a different one each time', async () => {
    const [one, other] = await Promise.all([hashPin(pin, randomBytes), hashPin(pin, randomBytes)]);
    expect(one).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
    expect(one).not.toBe(other);
    expect([isPinHash(one ?? ''), isPinHash('correct-pin'), isPinHash(`scrypt$2$8$1$${'A'.repeat(22)}$${'A'.repeat(43)}`)]).toEqual([
      true,
      false,
      false,
    ]);
  });
  it('hashPin refuses PINs with fewer than 6 or more than 128 characters', async () => {
    await expect(hashPin('12345', randomBytes)).rejects.toThrow('a PIN must have 6 to 128 characters');
    await expect(hashPin('x'.repeat(129), randomBytes)).rejects.toThrow('a PIN must have 6 to 128 characters');
  });
  it('the right PIN authenticates its approver, whose name is case-insensitive', async () => {
    const { attempt } = setup();
    expect(await attempt('maria', pin)).toBe('maria');
    expect(await attempt(' Maria ', pin)).toBe('maria');
  });
  it.each([
    ['a wrong PIN', 'maria', 'wrong-pin-1'],
    ['an empty PIN', 'maria', ''],
    ['a PIN with an unknown name', 'nobody', pin],
    ['the PIN of another approver', 'jo', pin],
    ['the right PIN with an extra character', 'maria', `${pin}x`],
    ['the PIN hash', 'maria', 'hash'],
    ['the name of a built-in object property', '__proto__', pin],
  ])('%s is refused, always with the same message', async (_, name, code) => {
    expect(await setup().attempt(name, code === 'hash' ? (maria.pin ?? '') : code)).toBe(sameForAll);
  });
});

describe('TOTP code', () => {
  it('TOTP codes match the test vectors of RFC 6238', async () => {
    const clock = fixedClock(59_000);
    expect(await setup(memoryStore(), clock).attempt('jo', '287082')).toBe('jo');
    const later = fixedClock(1_111_111_109_000);
    expect(await setup(memoryStore(), later).attempt('jo', '081 804')).toBe('jo');
  });
  it('a TOTP code is accepted up to one step before and after its time', async () => {
    const ages = [-60_000, -30_000, 0, 30_000, 60_000];
    const answers = await Promise.all(
      ages.map((age) => {
        const { attempt, code } = setup();
        return attempt('jo', code(began + age));
      }),
    );
    expect(answers.map((one) => one === 'jo')).toEqual([false, true, true, true, false]);
  });
  it('a TOTP code is accepted once, and earlier codes are refused after it', async () => {
    const { attempt, code, clock } = setup();
    const [before, now] = [code(began - 30_000), code()];
    expect(await attempt('jo', now)).toBe('jo');
    expect(await attempt('jo', now)).toBe(sameForAll);
    expect(await attempt('jo', before)).toBe(sameForAll);
    clock.advance(30_000);
    expect(await attempt('jo', code())).toBe('jo');
  });
  it('a TOTP code is accepted once across processes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'codes-'));
    const stores = [sqliteStore(join(folder, 'changes.db')), sqliteStore(join(folder, 'changes.db'))];
    onTestFinished(() => {
      for (const store of stores) store.close();
      rmSync(folder, { recursive: true });
    });
    const [one, other] = stores.map((store) => setup(store));
    const answers = await Promise.all([one?.attempt('jo', one.code()), other?.attempt('jo', one?.code() ?? '')]);
    expect(answers.sort()).toEqual(['jo', sameForAll]);
  });
  it.each(['', '12345', '1234567', 'abcdef', '000000\n'])('%j is refused as a TOTP code', async (code) => {
    expect(await setup().attempt('jo', code)).toBe(sameForAll);
  });
});

describe('a flood of guesses', () => {
  it('sixty guesses of unknown names do not delay an approver, and are refused like any other', async () => {
    const { attempt } = setup(memoryStore(), { ...fixedClock(began), now: () => began + performance.now(), sleep: systemClock.sleep });
    const start = performance.now();
    const guesses = Array.from({ length: 60 }, (_, i) => attempt(`nobody-${i}`, pin));
    expect(await attempt('maria', pin)).toBe('maria');
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(new Set(await Promise.all(guesses))).toEqual(new Set([sameForAll]));
    // Sixty checks one after the other take a minute.
    expect(performance.now() - start).toBeLessThan(12_000);
  });
  it('sixty guesses of one approver do not delay another one', async () => {
    const { attempt, code } = setup();
    const guesses = Array.from({ length: 60 }, () => attempt('maria', 'wrong-pin'));
    expect(await attempt('jo', code())).toBe('jo');
    expect(new Set(await Promise.all(guesses))).toEqual(new Set([sameForAll]));
  });
});

describe('failed attempts', () => {
  it('five wrong attempts lock that name alone for 15 minutes, even for the right code', async () => {
    const { attempt, clock, code } = setup();
    for (let i = 0; i < 5; i++) expect(await attempt('maria', `wrong-${i}`)).toBe(sameForAll);
    expect(await attempt('maria', pin)).toBe(sameForAll);
    expect(await attempt('jo', code())).toBe('jo');
    clock.advance(15 * minute - 1);
    expect(await attempt('maria', pin)).toBe(sameForAll);
    clock.advance(1);
    expect(await attempt('maria', pin)).toBe('maria');
  });
  it('parallel wrong attempts are all counted', async () => {
    const { attempt } = setup();
    const answers = await Promise.all([...Array.from({ length: 5 }, (_, i) => attempt('maria', `wrong-${i}`)), attempt('maria', pin)]);
    expect(answers).toEqual(Array(6).fill(sameForAll));
  });
  it('a successful attempt resets the count of wrong attempts', async () => {
    const { attempt } = setup();
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 4; i++) expect(await attempt('maria', `wrong-${i}`)).toBe(sameForAll);
      expect(await attempt('maria', pin)).toBe('maria');
    }
  });
  it('wrong attempts count across processes on one store', async () => {
    const store = memoryStore();
    for (let i = 0; i < 5; i++) await setup(store).attempt('maria', `wrong-${i}`);
    expect(await setup(store).attempt('maria', pin)).toBe(sameForAll);
  });
  it('an attempt with a locked name does not use up a TOTP code', async () => {
    const { attempt, clock, code } = setup();
    for (let i = 0; i < 5; i++) await attempt('jo', '000000');
    expect(await attempt('jo', code())).toBe(sameForAll);
    clock.advance(15 * minute);
    expect(await attempt('jo', code())).toBe('jo');
  });
});

test('authenticating an unknown name takes about as long as a known one', async () => {
  const { attempt } = setup();
  const took = async (name: string): Promise<number> => {
    const start = performance.now();
    await attempt(name, 'wrong-pin');
    return performance.now() - start;
  };
  await took('maria');
  const [known, unknown, app] = [await took('maria'), await took('nobody'), await took('jo')];
  expect(unknown).toBeGreaterThan(known / 4);
  expect(app).toBeGreaterThan(known / 4);
});

test('newTotp returns a base32 secret of 160 bits and a URI with the name of the approver', async () => {
  const { secret, uri } = await newTotp('jo', () => Buffer.from('12345678901234567890'));
  expect(secret).toBe(rfcSecret);
  expect(uri).toBe(`otpauth://totp/iot-ops-mcp:jo?issuer=iot-ops-mcp&secret=${rfcSecret}&algorithm=SHA1&digits=6&period=30`);
  expect([isTotpSecret(secret), isTotpSecret('GEZDGNBV'), isTotpSecret('not base32')]).toEqual([true, false, false]);
});
