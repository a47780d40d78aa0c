import { fence } from '../../text/fence.ts';

/** Names as they are compared: one spelling, no invisible characters, case left aside. */
export function plain(text: string): string {
  return fence(text.normalize('NFKC'), 400).toLowerCase();
}

/** Whether a text fits a pattern in which `*` stands for any characters, also none. */
export function patternOf(pattern: string): (text: string) => boolean {
  const parts = plain(pattern)
    .split('*')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const fits = new RegExp(`^${parts.join('.*')}$`, 's');
  return (text) => fits.test(plain(text));
}
