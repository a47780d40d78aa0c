import { it } from 'vitest';
import { expectInvariantsOfSequences } from './random-sequences.ts';

it('two hundred random sequences of two callers, two approvers and an operator keep the invariants of the gate', { timeout: 240000 }, () =>
  expectInvariantsOfSequences(200),
);
