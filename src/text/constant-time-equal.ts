import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether two texts are equal, in a time that depends on neither of them nor on where they differ. */
export function constantTimeEqual(a: string, b: string): boolean {
  // Hashes have one length, which timingSafeEqual requires.
  const [left, right] = [createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest()];
  return timingSafeEqual(left, right);
}
