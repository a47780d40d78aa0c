import { sanitize } from '../../text/sanitize.ts';

/** The form in which names are compared: NFKC, without invisible characters, lower case. */
export function normalizeName(text: string): string {
  return sanitize(text.normalize('NFKC'), 400).toLowerCase();
}

/** Compiles a pattern in which `*` stands for any number of characters, including none. */
export function compilePattern(pattern: string): (text: string) => boolean {
  const parts = normalizeName(pattern)
    .split('*')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const regex = new RegExp(`^${parts.join('.*')}$`, 's');
  return (text) => regex.test(normalizeName(text));
}
