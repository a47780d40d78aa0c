import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';

import { openTerminal } from '../../src/approvers/terminal.ts';

function keyboard() {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const output = new PassThrough();
  let shown = '';
  output.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
  });
  return { terminal: openTerminal(input, output), input, shown: () => shown };
}

it('the terminal returns what is typed and never shows hidden input', async () => {
  const { terminal, input, shown } = keyboard();
  const name = terminal.ask('Name: ');
  input.write('maria\r');
  expect(await name).toBe('maria');
  const pin = terminal.askHidden('PIN: ');
  input.write('s3cret');
  input.write('x\x7f-pin\r');
  expect(await pin).toBe('s3cret-pin');
  terminal.print('Done.');
  expect(shown()).toContain('Name: ');
  expect(shown()).toContain('PIN: \nDone.\n');
  expect(shown()).not.toMatch(/s3cret|-pin/);
});

it.each([
  ['Ctrl-C', '\x03'],
  ['Ctrl-D', '\x04'],
])('%s cancels the input', async (_, key) => {
  const { terminal, input } = keyboard();
  const answer = terminal.askHidden('PIN: ');
  input.write(key);
  await expect(answer).rejects.toThrow('the input was cancelled');
});

it('openTerminal refuses piped input', () => {
  expect(() => openTerminal(new PassThrough(), new PassThrough())).toThrow('a PIN or a code must be typed at a terminal, not piped in');
});
