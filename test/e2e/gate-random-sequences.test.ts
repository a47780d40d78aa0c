import { it } from 'vitest';
import { expectInvariantsOfSequences } from './random-sequences.ts';

it('thirty random sequences of two callers, two approvers and an operator keep the invariants of the gate', { timeout: 180_000 }, () =>
  expectInvariantsOfSequences(30),
);
