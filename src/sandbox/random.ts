/** Deterministic random values: the same seed and keys always give the same value, so the sandbox computes its history instead of storing it. */

/** Returns a number in [0, 1) derived from the seed and the keys: FNV-1a, then a finalizing mix. */
export function seededRandom(seed: number, ...words: (string | number)[]): number {
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

/** Picks one element of `from`, derived from the seed and the keys. */
export function seededPick<T>(from: readonly [T, ...T[]], seed: number, ...words: (string | number)[]): T {
  return from[Math.floor(seededRandom(seed, ...words) * from.length)] ?? from[0];
}

/** Returns `length` upper-case hex digits derived from the seed and the keys. */
export function seededHex(length: number, seed: number, ...words: (string | number)[]): string {
  let text = '';
  for (let i = 0; text.length < length; i++)
    text += Math.floor(seededRandom(seed, ...words, 'hex', i) * 0xffffff)
      .toString(16)
      .padStart(6, '0');
  return text.slice(0, length).toUpperCase();
}

/** Returns a lower-case UUID in the format of version 4, derived from the seed and the keys. */
export function seededUuid(seed: number, ...words: (string | number)[]): string {
  const hex = seededHex(32, seed, ...words).toLowerCase();
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
