import type { Readable } from 'node:stream';

/** Calls `onTooLong` once when a line has more than `max` bytes. Add it before whatever reads the lines. */
export function limitLines(input: Readable, max: number, onTooLong: () => void): void {
  let length = 0;
  const onData = (chunk: Buffer): void => {
    const end = chunk.lastIndexOf(10);
    const first = chunk.indexOf(10);
    const tooLong = length + (first < 0 ? chunk.length : first) > max;
    length = end < 0 ? length + chunk.length : chunk.length - end - 1;
    if (!tooLong) return;
    input.off('data', onData);
    onTooLong();
  };
  input.on('data', onData);
}
