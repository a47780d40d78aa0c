import { sanitize } from '../../text/sanitize.ts';

/** The form in which names are compared: NFKC, without invisible characters, lower case. */
export function normalizeName(text: string): string {
  return sanitize(text.normalize('NFKC'), 400).toLowerCase();
}

/** Compiles a pattern in which `*` stands for any number of characters, including none. */
export function compilePattern(pattern: string): (text: string) => boolean {
  const [first = '', ...rest] = normalizeName(pattern).split(/\*+/);
  const last = rest.pop();
  return (text) => {
    const name = normalizeName(text);
    if (last === undefined) return name === first;
    if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false;
    // The first occurrence of each part is enough, so the time grows with the length of the text and not with the number of `*`.
    const end = name.length - last.length;
    let at = first.length;
    for (const part of rest) {
      const found = name.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}
