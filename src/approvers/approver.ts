/** Approvers and their proof: a PIN of which we hold a hash, or a TOTP secret. */
import { scrypt, timingSafeEqual } from 'node:crypto';

import { Refusal } from '../clients/http/errors.ts';
import type { Clock } from '../clock.ts';
import type { ChangeStore } from '../store/store.ts';

export interface Approver {
  name: string;
  /** `scrypt$N$r$p$salt$hash`, salt and hash in base64url. */
  pin?: string;
  /** RFC 6238 secret in base32: SHA-1, 6 digits, 30 s. */
  totp?: string;
}

/** So many random bytes. */
export type RandomBytes = (size: number) => Uint8Array;

/** What an approver may be called. */
export const approverName = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,39}$/;

const leastPin = 6;
const longestCode = 128;
const cost = { N: 2 ** 15, r: 8, p: 3 };

/** The hash of a PIN as the configuration holds it. A Refusal when the PIN has fewer than 6 characters or more than 128. */
export async function hashPin(pin: string, random: RandomBytes): Promise<string> {
  const length = [...pin].length;
  if (length < leastPin || length > longestCode)
    throw new Refusal(`a PIN has ${leastPin} to ${longestCode} characters`, 'Choose another one; letters are allowed.', 'pin');
  const salt = Buffer.from(random(16));
  const hash = await derive(pin, salt, cost, 32);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Whether a text is a hash that `hashPin` could have made, at a cost that this machine can bear. */
export function isPinHash(text: string): boolean {
  return parsed(text) !== undefined;
}

/** Whether a text is a TOTP secret: base32 of at least 128 bits. */
export function isTotpSecret(text: string): boolean {
  return /^[A-Z2-7]{26,128}=*$/.test(text);
}

/** A new TOTP secret, and the URI from which an authenticator app learns it. */
export async function newTotp(name: string, random: RandomBytes): Promise<{ secret: string; uri: string }> {
  const { Secret, TOTP } = await import('otpauth');
  const secret = new Secret({ buffer: Uint8Array.from(random(20)).buffer });
  return { secret: secret.base32, uri: new TOTP({ issuer: 'iot-ops-mcp', label: name, secret }).toString() };
}

export interface Proof {
  /** The approver's name as configured, when the code is theirs. A Refusal otherwise, the same for every reason. */
  prove(name: string, code: string): Promise<string>;
}

const mostTries = 5;
const lockedFor = 15 * 60_000;
const step = 30;

/** So that a name that there is not costs as much time as one that there is. */
const decoy = `scrypt$${cost.N}$${cost.r}$${cost.p}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

export function makeProof(parts: { approvers: readonly Approver[]; store: ChangeStore; clock: Clock }): Proof {
  const { approvers, store, clock } = parts;

  /** Counts a try before it is looked at, for all processes; false while the name is locked. */
  const mayTry = async (name: string): Promise<boolean> => {
    const now = await store.time(clock.now());
    const tried = await store.turn<{ count: number; at: number }>(`tries of ${name}`, (old) => {
      if (!old || now - old.at >= lockedFor) return { count: 1, at: now };
      return old.count < mostTries ? { count: old.count + 1, at: now } : { count: mostTries + 1, at: old.at };
    });
    return tried !== undefined && tried.count <= mostTries;
  };

  /** A code counts once: an older or equal one is not taken again, by whatever process. */
  const totpFits = async (name: string, secret: string, code: string): Promise<boolean> => {
    const { Secret, TOTP } = await import('otpauth');
    const timestamp = clock.now();
    const delta = TOTP.validate({ token: code.replaceAll(' ', ''), secret: Secret.fromBase32(secret), timestamp, period: step, window: 1 });
    if (delta === null) return false;
    const counter = TOTP.counter({ period: step, timestamp }) + delta;
    let fresh = false;
    await store.turn<number>(`last code of ${name}`, (last = -1) => {
      fresh = counter > last;
      return Math.max(counter, last);
    });
    return fresh;
  };

  const tried = async (name: string, code: string): Promise<string> => {
    const wanted = name.trim().toLowerCase();
    const approver = approvers.find((one) => one.name.toLowerCase() === wanted);
    const may = approver ? await mayTry(approver.name) : false;
    const typed = code.slice(0, longestCode);
    const pinFits = await isPin(typed, approver?.pin ?? decoy);
    const fits = approver?.totp === undefined ? pinFits : may && (await totpFits(approver.name, approver.totp, typed));
    if (!approver || !may || !fits)
      throw new Refusal(
        'name and code do not fit together',
        `Try again: a code of an app counts once. After ${mostTries} wrong tries a name is locked for ${lockedFor / 60_000} minutes.`,
        'code',
      );
    await store.turn(`tries of ${approver.name}`, () => undefined);
    return approver.name;
  };

  // One after the other: a flood of guesses takes one thread and one hash's memory, not all there are.
  let last: Promise<unknown> = Promise.resolve();
  return {
    prove(name, code) {
      const turn = last.then(() => tried(name, code));
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

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
  const bearable = N >= 2 ** 14 && N <= 2 ** 17 && Number.isInteger(Math.log2(N)) && r >= 8 && r <= 16 && p >= 1 && p <= 8;
  if (!bearable) return undefined;
  return { cost: { N, r, p }, salt: Buffer.from(match[4] as string, 'base64url'), hash: Buffer.from(match[5] as string, 'base64url') };
}

function derive(pin: string, salt: Buffer, { N, r, p }: Cost, size: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(pin.normalize('NFC'), salt, size, { N, r, p, maxmem: 256 * N * r }, (error, hash) => (error ? reject(error) : resolve(hash)));
  });
}
