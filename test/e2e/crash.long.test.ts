import { describe, it } from 'vitest';
import { expectRecoveryEverywhere, expectRecoveryFromKill } from './crash-points.ts';

describe('crash while twelve SIMs are suspended', { timeout: 240000 }, () => {
  it.each([
    ['before', 'store', 'each store write'],
    ['after', 'store', 'each store write'],
    ['before', 'wire', 'each request to the carrier'],
    ['after', 'wire', 'each request to the carrier'],
  ] as const)('a server that crashes %s (%s) %s neither repeats a request nor loses a change', (side, at, _) =>
    expectRecoveryEverywhere({ at, side }, 1),
  );

  it('kill -9 at each request of a change: the next process reports the true outcome and sends nothing again', () =>
    expectRecoveryFromKill(1));
});
