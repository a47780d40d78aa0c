/** A person at a terminal: what they type comes from their keyboard, and a PIN is not shown. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

import { Refusal } from '../clients/http/errors.ts';

export interface Terminal {
  say(text: string): void;
  /** A Refusal when the person breaks off. */
  ask(question: string): Promise<string>;
  /** The same without showing what is typed. */
  askHidden(question: string): Promise<string>;
}

/** The terminal behind stdin. A Refusal when there is none: what is piped in was typed by a program. */
export function openTerminal(input: NodeJS.ReadableStream & { isTTY?: boolean | undefined }, output: NodeJS.WritableStream): Terminal {
  if (input.isTTY !== true)
    throw new Refusal('a PIN or a code is typed at a terminal, never piped in', 'Run this in a terminal of your own, or use the console.');
  const read = (question: string, hidden: boolean): Promise<string> =>
    new Promise((resolve, reject) => {
      const shown = new Writable({
        write(chunk, _encoding, done) {
          if (!hidden) output.write(chunk);
          done();
        },
      });
      const lines = createInterface({ input, output: shown, terminal: true, historySize: 0 });
      if (hidden) output.write(question);
      lines.question(hidden ? '' : question, (line) => {
        if (hidden) output.write('\n');
        resolve(line);
        lines.close();
      });
      lines.once('SIGINT', () => lines.close());
      // After an answer this changes nothing any more.
      lines.once('close', () => reject(new Refusal('broken off', 'Nothing was done.')));
    });
  return {
    say: (text) => void output.write(`${text}\n`),
    ask: (question) => read(question, false),
    askHidden: (question) => read(question, true),
  };
}
