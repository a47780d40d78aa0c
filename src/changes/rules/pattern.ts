import { fence } from '../../text/fence.ts';

/** The form in which names are compared: NFKC, without invisible characters, lower case. */
export function plain(text: string): string {
  return fence(text.normalize('NFKC'), 400).toLowerCase();
}

/** Compiles a pattern in which `*` stands for any number of characters, including none. */
export function patternOf(pattern: string): (text: string) => boolean {
  const parts = plain(pattern)
    .split('*')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const regex = new RegExp(`^${parts.join('.*')}$`, 's');
  return (text) => regex.test(plain(text));
}
