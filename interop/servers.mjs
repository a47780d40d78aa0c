/** The server as clients reach it: started over stdio, or served over HTTP on a free port. Always on its sandbox. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const bin = fileURLToPath(new URL('../dist/iot-ops-mcp.mjs', import.meta.url));
const sandbox = ['--fleet', '24'];

/** How a client starts the server. */
export const started = { command: process.execPath, args: [bin, 'stdio', ...sandbox] };

/** Starts the server over HTTP and resolves to its MCP endpoint. */
export async function serve() {
  const child = spawn(process.execPath, [bin, 'http', '--port', '0', ...sandbox], { stdio: ['ignore', 'ignore', 'pipe'] });
  return { url: await addressOf(child, /serves MCP at (\S+)/), close: () => end(child) };
}

/** The first match of `pattern` in what a process prints to stderr or stdout. */
export async function addressOf(child, pattern) {
  let text = '';
  return new Promise((resolve, reject) => {
    const read = (chunk) => {
      text += chunk;
      const found = pattern.exec(text)?.[1];
      if (found) resolve(found);
    };
    child.stderr?.on('data', read);
    child.stdout?.on('data', read);
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${text}`)));
  });
}

export async function end(child) {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
