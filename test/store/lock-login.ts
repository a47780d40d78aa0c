/** A second process for the lockout test: locks the login of the given credentials (`lock`), then prints the lockout reason or `open`. */
import { fileLatch } from '../../src/store/latch.ts';

const [dir = '', command = '', ...credentials] = process.argv.slice(2);
const lockout = fileLatch(dir, credentials);
if (command === 'lock') await lockout.close('refused in another process');
process.stdout.write((await lockout.closed()) ?? 'open');
