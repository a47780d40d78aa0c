/** A second process for the lockout test: locks the login of the given credentials (`lock`), then prints the lockout reason or `open`. */
import { fileLoginLockout } from '../../src/store/login-lockout.ts';

const [dir = '', command = '', ...credentials] = process.argv.slice(2);
const lockout = fileLoginLockout(dir, credentials);
if (command === 'lock') await lockout.lock('refused in another process');
process.stdout.write((await lockout.lockedReason()) ?? 'open');
