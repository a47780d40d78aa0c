/** Checks the secrets that a caller wrote into the inputs of a change. */
import type { AnyInput } from '../clients/http/endpoint.ts';
import { Refusal } from '../clients/http/errors.ts';
import { isDegenerateKey, type SecretField, secretFieldsIn } from '../text/redact.ts';
import { warning } from './document/approval-document.ts';
import { phrase, quoted } from './document/phrase.ts';
import type { Warning } from './planner.ts';
import { leavesOf } from './request-leaves.ts';

/** Shorter texts may also be words or identifiers. One more than the digits of an ICCID. */
const minKeyLength = 21;
/** Characters of a secret that are compared. */
const comparedLength = 64;
const weakKey = 'weak-key';

/**
 * Warnings for keys that everybody can guess, such as all zero, where the plan has none. They are not redacted, because payloads look like
 * them.
 */
export function weakKeyWarnings(inputs: readonly AnyInput[], planned: readonly Warning[] = []): Warning[] {
  // Planners that know a kind of key say it in their own words.
  if (planned.some((one) => one.code === weakKey)) return [];
  const weak = secretFieldsIn(inputs).filter(({ value }) => isHexKey(value) && isDegenerateKey(value));
  const paths = [...new Set(weak.map(({ path }) => path))];
  return paths.map((path) => warning(weakKey, phrase`${quoted(path, 80)} repeats the same few digits: everybody can guess this key`));
}

/**
 * Refuses inputs that hold the value of a secret field in another field too: that one is shown to people and stored. Nothing that is shown
 * has to be redacted for a caller's secret, so no caller can make a word of a sentence disappear.
 */
export function assertSecretsInPlace(inputs: readonly AnyInput[]): void {
  const secrets = secretFieldsIn(inputs).filter(
    ({ value }) => comparable(value).length >= minKeyLength && !/\s/.test(value) && !isDegenerateKey(value),
  );
  if (secrets.length === 0) return;
  const paths = new Set(secretFieldsIn(inputs).map(({ path }) => path));
  const others = leavesOf(inputs).filter(({ path, text }) => !paths.has(path) && text.length >= minKeyLength);
  const secretIn = secretFinder(secrets);
  for (const other of others) {
    const secret = secretIn(other.text);
    if (secret === undefined) continue;
    throw new Refusal(
      `${other.path}: holds the value of the secret field ${secret.path}`,
      `Nothing was sent. Put the secret into ${secret.path} only: ${other.path} is shown and stored.`,
      other.path,
    );
  }
}

/**
 * Finds a secret inside of a text by its first 64 characters. The time grows with the length of the secrets and of the texts, not with their
 * product: no secret is compared with every text. `looked` is called for each look-up.
 */
export function secretFinder(
  secrets: readonly SecretField[],
  looked: () => void = () => undefined,
): (text: string) => SecretField | undefined {
  const byStart = new Map<string, { secrets: Map<string, SecretField>; lengths: Set<number> }>();
  for (const secret of secrets) {
    const plain = comparable(secret.value).slice(0, comparedLength);
    const start = plain.slice(0, minKeyLength);
    const known = byStart.get(start) ?? { secrets: new Map(), lengths: new Set() };
    if (!known.secrets.has(plain)) known.secrets.set(plain, secret);
    known.lengths.add(plain.length);
    byStart.set(start, known);
  }
  return (text) => {
    const plain = comparable(text);
    for (let at = 0; at + minKeyLength <= plain.length; at++) {
      looked();
      const known = byStart.get(plain.slice(at, at + minKeyLength));
      if (known === undefined) continue;
      for (const length of known.lengths) {
        looked();
        const found = known.secrets.get(plain.slice(at, at + length));
        if (found) return found;
      }
    }
    return undefined;
  };
}

const comparable = (text: string): string => text.replace(/[\s:.-]/g, '').toLowerCase();

const isHexKey = (text: string): boolean => /^[0-9a-f]{16,}$/.test(comparable(text));
