/**
 * The person who approves: reads every word of the question and nothing else. Says yes once, and only if the question names what the
 * wish names: its words, the number of targets, and no identifier, address, quoted text or further setting that the person does not know.
 */

export interface Wish {
  /** What the operator asked for. */
  text: string;
  /** Words that the question must hold. */
  words: readonly string[];
  /** Number of targets. */
  count: number;
  /** Identifiers, names and addresses that the person knows. */
  knows: readonly string[];
  /** Whether the person expects settings under "Also sets". */
  also?: boolean;
  /** Most approvals; 1 when absent. */
  times?: number;
}

const identifier = /\b(?:\d{10}-\d{5}|\d{8,20}|[0-9A-Fa-f]{16})\b/g;
/** A code such as a service plan. */
const code = /\b(?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])[A-Z0-9]{6,}\b/g;
/** A host name; the name of a setting is followed by an equals sign. */
const host = /\b(?:[a-z0-9-]+\.)+[a-z]{2,}\b(?! =)/gi;
const quotation = /"([^"]*)"/g;

/** Texts of this program that look like an address or are quoted in every question. */
const usual = new Set([
  ...[
    'active',
    'suspend',
    'deactive',
    'pre-active',
    'ACTIVE',
    'DEACTIVATED',
    'yes',
    'no',
    'none',
    'empty',
    'unknown',
    'enabled',
    'disabled',
  ],
  ...['sandbox-thingpark', 'sandbox-thingspace', 'sandbox-iotx'],
]);

/** Why a person who knows the wish declines the question; undefined: the question is what was wished. */
export function objectionTo(question: string, wish: Wish): string | undefined {
  const missing = wish.words.find((word) => !question.toLowerCase().includes(word.toLowerCase()));
  if (missing !== undefined) return `"${missing}" is not there`;
  const [headline = ''] = question.split('\n');
  const count = /\((\d+) [\p{L} -]+\)|^(\d+) [\p{L} -]+ on /u.exec(headline);
  const number = Number(count?.[1] ?? count?.[2] ?? Number.NaN);
  if (number !== wish.count) return `it is for ${number} targets`;
  if (/\bAlso sets\b/.test(question) && !wish.also) return 'it sets more';
  if (/\d+ [\p{L} ]+ depends? on it/u.test(question)) return 'other devices depend on it';
  const known = new Set(wish.knows.map((text) => text.toLowerCase()));
  const quoted = [...question.matchAll(quotation)].map(([, text = '']) => text);
  const found = [...(question.match(identifier) ?? []), ...(question.match(host) ?? []), ...(question.match(code) ?? []), ...quoted];
  return found.find((text) => !known.has(text.toLowerCase()) && !usual.has(text) && text !== '');
}

/** Whether the person says yes to the next question. */
export function reviewer(wish: Wish): (question: string) => boolean {
  let left = wish.times ?? 1;
  return (question) => {
    if (left === 0 || objectionTo(question, wish) !== undefined) return false;
    left--;
    return true;
  };
}
