import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares in a time that depends neither on the content nor on the length of the secret. */
export function constantTimeEqual(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest()) as [Buffer, Buffer];
  return timingSafeEqual(left, right);
}
