import { it } from 'vitest';
import { expectSentOnce } from './equal-calls.ts';

it.each([
  ['file', 40],
  ['postgres', 15],
] as const)(
  'hundreds of equal messages at two processes on one store (%s) are sent once, whichever process is killed when',
  { timeout: 900_000 },
  (place, rounds) => expectSentOnce(rounds, place),
);
