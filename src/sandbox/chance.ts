/** Chance without state: the same words give the same number, so a fleet needs no storage for its history. */

/** A number in [0, 1) from a seed and any words (FNV-1a, then mixed). */
export function dice(seed: number, ...words: (string | number)[]): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (const word of words) {
    const text = String(word);
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ 0x2f, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return ((hash ^ (hash >>> 16)) >>> 0) / 4294967296;
}

/** One of several, by the same rule. */
export function pick<T>(from: readonly [T, ...T[]], seed: number, ...words: (string | number)[]): T {
  return from[Math.floor(dice(seed, ...words) * from.length)] ?? from[0];
}

/** `length` hex digits. */
export function hexOf(length: number, seed: number, ...words: (string | number)[]): string {
  let text = '';
  for (let i = 0; text.length < length; i++)
    text += Math.floor(dice(seed, ...words, 'hex', i) * 0xffffff)
      .toString(16)
      .padStart(6, '0');
  return text.slice(0, length).toUpperCase();
}

/** A version-4-shaped UUID. */
export function uuidOf(seed: number, ...words: (string | number)[]): string {
  const hex = hexOf(32, seed, ...words).toLowerCase();
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
