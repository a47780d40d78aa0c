/**
 * Whether the reply of a read is the object that was asked for. A platform, or a cache in front of it, may answer with another one; a person
 * would then be shown one device while the request changes another. Checked here for all reads, so that no caller can forget it.
 */
import { quoteUntrusted } from '../../text/sanitize.ts';
import { sameIdentifier } from '../../vocabulary.ts';
import { type AnyEndpoint, type AnyInput, isRead } from './endpoint.ts';
import { Refusal } from './errors.ts';
import { pathIdentifiers } from './identifiers-of.ts';

/**
 * Throws a Refusal if the reply of a read bears another identifier than the path asks for. `must`: also if the contract says which members
 * bear it and the reply has none of them, as a plan needs it.
 */
export function assertAnswersFor(connection: string, entry: AnyEndpoint, input: AnyInput, reply: unknown, must: boolean): void {
  const asked = isRead(entry) && entry.bears ? askedFor(entry, input) : undefined;
  if (asked === undefined || reply === undefined) return;
  const borne = [entry.bears?.(reply, input.path ?? {})].flat().flatMap((one) => (one === undefined || one === null ? [] : String(one)));
  if (borne.some((one) => isSame(asked.value, one)) || (borne.length === 0 && !must)) return;
  const field = `path.${asked.name}`;
  const what = `${field}: ${connection} was asked for ${quoteUntrusted(asked.value)}`;
  throw new Refusal(
    borne.length === 0
      ? `${what}, and its answer to ${entry.id} does not say which one it is`
      : `${what} and answered ${entry.id} with another one, ${borne.map((one) => quoteUntrusted(one)).join(' or ')}`,
    'Nothing was sent. Try again later; if it stays so, report it to the operator of this platform.',
    field,
  );
}

/** The path parameter that names the object of a read. */
function askedFor(entry: AnyEndpoint, input: AnyInput): { name: string; value: string } | undefined {
  const name = pathIdentifiers(entry, input).find(([, role]) => role === 'target')?.[0];
  const value = name === undefined ? undefined : input.path?.[name];
  return name !== undefined && value ? { name, value } : undefined;
}

/** Equal but for case and the dashes of a UUID, or the same ICCID or IMEI with and without its check digit. */
function isSame(asked: string, borne: string): boolean {
  if (spelled(asked) === spelled(borne)) return true;
  return sameIdentifier('iccid', asked, borne) || sameIdentifier('imei', asked, borne);
}

function spelled(text: string): string {
  const plain = text.normalize('NFC').trim().toLowerCase();
  return /^[eiu]?[\da-f-]{16,40}$/.test(plain) ? plain.replaceAll('-', '') : plain;
}
