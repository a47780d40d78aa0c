/** Checks the secrets that a caller wrote into the inputs of a change. */
import type { AnyInput } from '../clients/http/endpoint.ts';
import { Refusal } from '../clients/http/errors.ts';
import { isDegenerateKey, type SecretField, secretFieldsIn } from '../text/redact.ts';
import { warning } from './document/approval-document.ts';
import { phrase, quoted } from './document/phrase.ts';
import type { Warning } from './planner.ts';
import { type Leaf, leavesOf } from './request-leaves.ts';

/** Shorter texts may also be words or identifiers. One more than the digits of an ICCID. */
const minKeyLength = 21;
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
  // Few texts are that long, so many keys do not make this slow.
  for (const other of others) {
    const secret = secretIn(other, secrets);
    if (secret === undefined) continue;
    throw new Refusal(
      `${other.path}: holds the value of the secret field ${secret.path}`,
      `Nothing was sent. Put the secret into ${secret.path} only: ${other.path} is shown and stored.`,
      other.path,
    );
  }
}

function secretIn({ text }: Leaf, secrets: readonly SecretField[]): SecretField | undefined {
  const plain = comparable(text);
  return secrets.find(({ value }) => plain.includes(comparable(value)));
}

const comparable = (text: string): string => text.replace(/[\s:.-]/g, '').toLowerCase();

const isHexKey = (text: string): boolean => /^[0-9a-f]{16,}$/.test(comparable(text));
