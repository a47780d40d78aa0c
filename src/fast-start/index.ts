/**
 * The built program's first room: small, so that it stands at once. Over stdio it answers the opening requests of a client
 * by itself and only then loads the program behind, which reads everything again and goes on.
 */
import { readFileSync } from 'node:fs';
import { writeStderr } from '../log.ts';
import { isObject } from '../text/is-object.ts';
import { type Handover, setHandover } from './handover.ts';
import { partialConfig } from './partial-config.ts';
import { type Manifest, makeResponder } from './responder.ts';

/** Bytes of a line that is answered here; the program reads a longer one. */
const longestLine = 100_000;
/** When nobody asks anything that is answered here. */
const idleTimeoutMs = 100;

const args = process.argv.slice(2);
const config = partialConfig(args, process.env);
if (config)
  serveOpeningRequests(makeResponder(JSON.parse(readFileSync(new URL('./manifest.json', import.meta.url), 'utf8')) as Manifest, config));
else await import('../main.ts');

function serveOpeningRequests(answer: ReturnType<typeof makeResponder>): void {
  process.stdout.on('error', endQuietly);
  const handover: Handover = { chunks: [], answered: new Set() };
  let rest = '';
  let timer = setTimeout(load, idleTimeoutMs);

  function read(chunk: Buffer): void {
    handover.chunks.push(chunk);
    rest += chunk.toString('latin1');
    if (rest.length > longestLine) {
      load();
      return;
    }
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    clearTimeout(timer);
    if (lines.every((line) => handleLine(Buffer.from(line, 'latin1').toString('utf8')))) timer = setTimeout(load, idleTimeoutMs);
    else load();
  }

  /** False when the program is needed. */
  function handleLine(line: string): boolean {
    if (line.trim() === '') return true;
    const message = parse(line);
    const answered = message && answer(message);
    if (answered) {
      handover.answered.add(JSON.stringify(answered['id']));
      process.stdout.write(`${JSON.stringify(answered)}\n`);
      // The list is what a client opens with: what follows wants the program.
      return !('tools' in (answered['result'] as object));
    }
    return message?.['method'] === 'notifications/initialized';
  }

  function load(): void {
    clearTimeout(timer);
    process.stdin.off('data', read);
    process.stdin.off('end', load);
    process.stdin.pause();
    setHandover(handover);
    // After the answer is out: loading keeps the processor for a while.
    setImmediate(() => {
      import('../main.ts').catch((error: unknown) => {
        writeStderr(`${String(error)}\n`);
        process.exitCode = 1;
      });
    });
  }

  process.stdin.on('data', read);
  process.stdin.on('end', load);
}

/** A client that has gone is no error; nobody reads the answers. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'EOF') throw error;
  process.stdin.destroy();
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
