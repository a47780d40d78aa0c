import { describe, it } from 'vitest';
import { expectRecoveryEverywhere, expectRecoveryFromKill } from './crash-points.ts';

describe('crash while twelve SIMs are suspended', { timeout: 180_000 }, () => {
  it.each([
    ['before', 'store', 'each fifth store write'],
    ['after', 'store', 'each fifth store write'],
    ['before', 'wire', 'each fifth request to the carrier'],
    ['after', 'wire', 'each fifth request to the carrier'],
  ] as const)('a server that crashes %s (%s) %s neither repeats a request nor loses a change', (side, at, _) =>
    expectRecoveryEverywhere({ at, side }, 5),
  );

  it('kill -9 at each fifth request of a change: the next process reports the true outcome and sends nothing again', () =>
    expectRecoveryFromKill(5));
});
