/** Output of commands that print. Their stdout is not the protocol. */

let isOpen = true;
let isGuarded = false;

/** Writes to stdout. Returns false once the reader has closed it (`| head -1`), which is not an error: nothing more is printed. */
export function print(text: string): boolean {
  if (!isGuarded) process.stdout.on('error', onError);
  isGuarded = true;
  if (isOpen) process.stdout.write(text);
  return isOpen;
}

function onError(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'EOF') throw error;
  isOpen = false;
}

export const printLine = (line: string): boolean => print(`${line}\n`);
