/** A second process: closes the latch of the credentials it is given, or says what it finds. */
import { fileLatch } from '../../src/store/latch.ts';

const [dir = '', act = '', ...credentials] = process.argv.slice(2);
const latch = fileLatch(dir, credentials);
if (act === 'close') await latch.close('refused in another process');
process.stdout.write((await latch.closed()) ?? 'open');
