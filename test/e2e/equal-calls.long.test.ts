import { it } from 'vitest';
import { expectSentOnce } from './equal-calls.ts';

it(
  '480 equal messages at two processes on one state directory are sent once, whichever process is killed when',
  {
    timeout: 900_000,
  },
  () => expectSentOnce(60),
);
