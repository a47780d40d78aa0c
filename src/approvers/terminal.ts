/** Interactive input at a terminal, with hidden input for PINs and codes. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

import { Refusal } from '../clients/http/errors.ts';

export interface Terminal {
  print(text: string): void;
  /** Throws a Refusal if the person cancels with Ctrl-C or Ctrl-D. */
  ask(question: string): Promise<string>;
  /** As `ask`, without showing what is typed. */
  askHidden(question: string): Promise<string>;
}

/** The terminal of stdin. Throws a Refusal if stdin is not a terminal, because piped input comes from a program, not from a person. */
export function openTerminal(input: NodeJS.ReadableStream & { isTTY?: boolean | undefined }, output: NodeJS.WritableStream): Terminal {
  if (input.isTTY !== true)
    throw new Refusal('a PIN or a code must be typed at a terminal, not piped in', 'Run this in a terminal, or use the console.');
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
      // After an answer the promise is resolved already and this has no effect.
      lines.once('close', () => reject(new Refusal('the input was cancelled', 'Nothing was done.')));
    });
  return {
    print: (text) => void output.write(`${text}\n`),
    ask: (question) => read(question, false),
    askHidden: (question) => read(question, true),
  };
}
