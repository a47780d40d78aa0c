/** Size, depth and number of values of what a client sends, checked before anything else reads it. */
import { Refusal } from '../clients/http/errors.ts';
import { isDeviceImportFile } from '../text/redact.ts';

export interface InputLimits {
  /** Characters of all texts and member names together. */
  characters: number;
  /** Members of all objects and items of all arrays together. */
  values: number;
}

/** Of the arguments of a tool call: 10,000 devices with their members, or an import file. */
export const toolInputLimits: InputLimits = { characters: 8_000_000, values: 200_000 };
/** Of the names, URIs, arguments of prompts and completions, and answers to questions in a request. */
export const requestLimits: InputLimits = { characters: 8000, values: 200 };
/** Of the metadata of a request: what the client says about itself may hold an icon. */
export const metadataLimits: InputLimits = { characters: 256_000, values: 2000 };

/** Of one text: certificates and lists of keys are shorter. An import file is as long as its devices are many. */
const maxText = 20_000;

const maxDepth = 32;
const maxNameLength = 200;

/**
 * Throws a Refusal for input that is too deep or too large, has a member name of more than 200 characters, or is not well-formed text.
 * It needs no recursion; everything after it may walk the input.
 */
export function checkLimits(input: unknown, limits: InputLimits): void {
  let values = 0;
  let characters = 0;
  const rest: { value: unknown; field: string; depth: number }[] = [{ value: input, field: '', depth: 0 }];
  const text = (value: string, field: string): void => {
    characters += value.length;
    if (characters > limits.characters)
      throw new Refusal(
        `${field || 'input'}: the call has more than ${limits.characters} characters`,
        'Nothing was changed. Split it into several calls.',
        field,
      );
    if (!value.isWellFormed())
      throw new Refusal(
        `${field || 'input'}: must be well-formed Unicode text, but it holds half of a surrogate pair`,
        'Nothing was changed. Send the whole character, e.g. "Pump 17", or leave it out.',
        field,
      );
  };
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const { value, field, depth } = next;
    if (typeof value === 'string') text(value, field);
    if (value === null || typeof value !== 'object') continue;
    if (depth >= maxDepth)
      throw new Refusal(
        `${firstMember(field)}: is nested more than ${maxDepth} levels deep`,
        'Nothing was changed. Send it flat, as the schema of the tool shows.',
        firstMember(field),
      );
    const names = Array.isArray(value) ? undefined : Object.keys(value);
    values += names?.length ?? (value as unknown[]).length;
    if (values > limits.values)
      throw new Refusal(
        `${firstMember(field)}: the call has more than ${limits.values} values`,
        'Nothing was changed. Split it into several calls.',
        firstMember(field),
      );
    for (const name of names ?? []) checkName(name, field, text);
    const entries: [string, unknown][] = Array.isArray(value) ? value.map((item, i) => [String(i), item]) : Object.entries(value);
    for (const [name, item] of entries)
      rest.push({ value: item, field: field ? `${field}.${name.slice(0, 60)}` : name.slice(0, 60), depth: depth + 1 });
  }
}

function checkName(name: string, field: string, text: (value: string, field: string) => void): void {
  text(name, field || 'input');
  if (name.length <= maxNameLength) return;
  throw new Refusal(
    `${field || 'input'}: has a member whose name is longer than ${maxNameLength} characters`,
    'Nothing was changed. Send the names that the schema of the tool shows.',
    field || 'input',
  );
}

/** Throws a Refusal for a text of more than 20,000 characters; only the field of a device import file may hold more. */
export function checkTexts(input: unknown, field = ''): void {
  if (typeof input === 'string' && input.length > maxText)
    throw new Refusal(
      `${field || 'input'}: is a text of ${input.length} characters, and the most is ${maxText}`,
      'Nothing was changed. Send a shorter text, e.g. "Pump 17"; identifiers have at most 40 characters.',
      field || 'input',
    );
  if (input === null || typeof input !== 'object') return;
  for (const [name, item] of Object.entries(input))
    if (Array.isArray(input) || !isDeviceImportFile(name)) checkTexts(item, field ? `${field}.${name.slice(0, 60)}` : name.slice(0, 60));
}

const firstMember = (field: string): string => field.split('.')[0] || 'input';
