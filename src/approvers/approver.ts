/** Approvers and their authentication: a PIN, of which only a hash is stored, or a TOTP secret. */
import { scrypt, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../clients/http/errors.ts';
import type { Clock } from '../clock.ts';
import { minute } from '../durations.ts';
import type { ChangeStore } from '../store/store.ts';

export interface Approver {
  name: string;
  /** `scrypt$N$r$p$salt$hash`, salt and hash in base64url. */
  pin?: string;
  /** RFC 6238 secret in base32: SHA-1, 6 digits, 30 s. */
  totp?: string;
}

/** Returns `size` random bytes. */
export type RandomBytes = (size: number) => Uint8Array;

/** Valid approver names. */
export const approverName = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,39}$/;

const pinMin = 6;
const codeMax = 128;
const cost = { N: 2 ** 15, r: 8, p: 3 };

/** The hash of a PIN for the configuration. Throws a Refusal if the PIN has fewer than 6 or more than 128 characters. */
export async function hashPin(pin: string, random: RandomBytes): Promise<string> {
  const length = [...pin].length;
  if (length < pinMin || length > codeMax)
    throw new Refusal(`a PIN must have ${pinMin} to ${codeMax} characters`, 'Choose another one; letters are allowed.', 'pin');
  const salt = Buffer.from(random(16));
  const hash = await derive(pin, salt, cost, 32);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Whether a text is a hash in the format of `hashPin`, with cost parameters in an acceptable range. */
export function isPinHash(text: string): boolean {
  return parsed(text) !== undefined;
}

/** Whether a text is a TOTP secret: base32 of at least 128 bits. */
export function isTotpSecret(text: string): boolean {
  return /^[A-Z2-7]{26,128}=*$/.test(text);
}

/** A new TOTP secret, and its `otpauth:` URI for authenticator apps. */
export async function newTotp(name: string, random: RandomBytes): Promise<{ secret: string; uri: string }> {
  const { Secret, TOTP } = await import('otpauth');
  const secret = new Secret({ buffer: Uint8Array.from(random(20)).buffer });
  return { secret: secret.base32, uri: new TOTP({ issuer: 'iot-ops-mcp', label: name, secret }).toString() };
}

export interface Authenticator {
  /** Returns the approver's name as configured if the code is theirs. Throws the same Refusal for every reason otherwise. */
  authenticate(name: string, code: string): Promise<string>;
}

const maxAttempts = 5;
const lockedFor = 15 * minute;
const step = 30;

/** Checked for unknown names, so that the response time does not reveal which names exist. */
const decoy = `scrypt$${cost.N}$${cost.r}$${cost.p}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** Makes the authenticator of approvers. Failed attempts and used codes are kept in the store and count across processes. */
export function makeAuthenticator(parts: { approvers: readonly Approver[]; store: ChangeStore; clock: Clock }): Authenticator {
  const { approvers, store, clock } = parts;

  /** Counts an attempt before it is checked, so that parallel guesses count too. False while the name is locked. */
  const countAttempt = async (name: string): Promise<boolean> => {
    const now = await store.time(clock.now());
    const attempts = await store.update<{ count: number; at: number }>(`tries of ${name}`, (old) => {
      if (!old || now - old.at >= lockedFor) return { count: 1, at: now };
      return old.count < maxAttempts ? { count: old.count + 1, at: now } : { count: maxAttempts + 1, at: old.at };
    });
    return attempts !== undefined && attempts.count <= maxAttempts;
  };

  /** Checks a TOTP code. Each code is accepted once: the same or an earlier code is refused afterwards, in every process. */
  const isTotp = async (name: string, secret: string, code: string): Promise<boolean> => {
    const { Secret, TOTP } = await import('otpauth');
    const timestamp = clock.now();
    const delta = TOTP.validate({ token: code.replaceAll(' ', ''), secret: Secret.fromBase32(secret), timestamp, period: step, window: 1 });
    if (delta === null) return false;
    const counter = TOTP.counter({ period: step, timestamp }) + delta;
    let fresh = false;
    await store.update<number>(`last code of ${name}`, (last = -1) => {
      fresh = counter > last;
      return Math.max(counter, last);
    });
    return fresh;
  };

  // How long the last check of a PIN took, ms.
  let duration = 0;
  const timedIsPin = async (typed: string, hash: string): Promise<boolean> => {
    const start = clock.now();
    const matches = await isPin(typed, hash);
    duration = clock.now() - start;
    return matches;
  };

  // Checks that may succeed run one at a time: there are at most five for each approver until its name is locked.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (typed: string, hash: string): Promise<boolean> => {
    const result = last.then(() => timedIsPin(typed, hash));
    last = result.catch(() => undefined);
    return result;
  };

  let isRefusing = false;
  /** Takes as long as a check that may succeed. One at a time is computed and the others wait, so that a flood of guesses delays no approver. */
  const refuseInTime = async (typed: string): Promise<void> => {
    if (isRefusing) return clock.sleep(duration);
    isRefusing = true;
    await timedIsPin(typed, decoy).finally(() => {
      isRefusing = false;
    });
  };

  return {
    async authenticate(name, code) {
      const lowerName = name.trim().toLowerCase();
      const approver = approvers.find((one) => one.name.toLowerCase() === lowerName);
      const typed = code.slice(0, codeMax);
      if (!approver || !(await countAttempt(approver.name))) {
        await refuseInTime(typed);
        throw noMatch();
      }
      const pinMatches = await inTurn(typed, approver.pin ?? decoy);
      const matches = approver.totp === undefined ? pinMatches : await isTotp(approver.name, approver.totp, typed);
      if (!matches) throw noMatch();
      await store.update(`tries of ${approver.name}`, () => undefined);
      return approver.name;
    },
  };
}

const noMatch = (): Refusal =>
  new Refusal(
    'name and code do not match',
    `Try again: a code of an app is valid once. After ${maxAttempts} wrong tries a name is locked for ${lockedFor / minute} minutes.`,
    'code',
  );

interface Cost {
  N: number;
  r: number;
  p: number;
}

async function isPin(pin: string, hashed: string): Promise<boolean> {
  const known = parsed(hashed);
  return known !== undefined && timingSafeEqual(await derive(pin, known.salt, known.cost, known.hash.length), known.hash);
}

function parsed(text: string): { cost: Cost; salt: Buffer; hash: Buffer } | undefined {
  const match = /^scrypt\$(\d{1,7})\$(\d{1,2})\$(\d{1,2})\$([\w-]{11,})\$([\w-]{43,})$/.exec(text);
  if (!match) return undefined;
  const [N, r, p] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const acceptable = N >= 2 ** 14 && N <= 2 ** 17 && Number.isInteger(Math.log2(N)) && r >= 8 && r <= 16 && p >= 1 && p <= 8;
  if (!acceptable) return undefined;
  return { cost: { N, r, p }, salt: Buffer.from(match[4] as string, 'base64url'), hash: Buffer.from(match[5] as string, 'base64url') };
}

function derive(pin: string, salt: Buffer, { N, r, p }: Cost, size: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(pin.normalize('NFC'), salt, size, { N, r, p, maxmem: 256 * N * r }, (error, hash) => (error ? reject(error) : resolve(hash)));
  });
}
