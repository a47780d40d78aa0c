/** What the front has read and answered before the program behind it was there. */
import { PassThrough, Writable } from 'node:stream';

export interface Handover {
  /** Everything that came in, to be read again. */
  chunks: Buffer[];
  /** Requests that have their answer already, their ids as JSON. */
  answered: Set<string>;
}

let pendingHandover: Handover | undefined;

/** Leaves what came in for the program behind. */
export function setHandover(early: Handover): void {
  pendingHandover = early;
}

/** The streams of an MCP server that goes on where the front ended; undefined when there was no front. */
export function takeHandover(): { stdin: PassThrough; stdout: Writable } | undefined {
  const early = pendingHandover;
  pendingHandover = undefined;
  if (!early) return undefined;
  const stdin = new PassThrough();
  for (const chunk of early.chunks) stdin.write(chunk);
  process.stdin.pipe(stdin);
  return { stdin, stdout: early.answered.size > 0 ? withoutAnswered(early.answered) : process.stdout };
}

/** stdout, less one answer for each request that was answered early. */
function withoutAnswered(answered: Set<string>): Writable {
  let rest = '';
  return new Writable({
    decodeStrings: false,
    write(chunk: Buffer | string, _encoding, done) {
      rest += typeof chunk === 'string' ? chunk : chunk.toString('utf8');
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      const kept = lines.filter((line) => answered.size === 0 || !isAnswered(line, answered));
      if (kept.length === 0) done();
      else if (process.stdout.write(`${kept.join('\n')}\n`)) done();
      else process.stdout.once('drain', () => done());
    },
  });
}

function isAnswered(line: string, answered: Set<string>): boolean {
  const message = JSON.parse(line) as { id?: unknown; method?: unknown };
  return message.method === undefined && message.id !== undefined && answered.delete(JSON.stringify(message.id));
}
