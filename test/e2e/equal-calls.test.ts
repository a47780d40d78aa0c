import { it } from 'vitest';
import { expectSentOnce } from './equal-calls.ts';

it.each(['file', 'postgres'] as const)(
  'equal messages at two processes on one store (%s) are sent once, whichever process is killed when',
  { timeout: 180_000 },
  (place) => expectSentOnce(3, place),
);
