import { it } from 'vitest';
import { expectSentOnce } from './equal-calls.ts';

it('equal messages at two processes on one state directory are sent once, whichever process is killed when', { timeout: 180_000 }, () =>
  expectSentOnce(3),
);
