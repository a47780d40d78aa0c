import { describe, expect, it } from 'vitest';

import { type LogSettings, makeLogger } from '../src/log.ts';

function open(settings: LogSettings, write?: (text: string) => void) {
  const written: string[] = [];
  const log = makeLogger({
    settings: () => settings,
    now: () => Date.parse('2026-11-22T08:00:00Z'),
    redact: (text) => text.replaceAll('hidden-1', '[redacted]'),
    write: write ?? ((text) => void written.push(text)),
  });
  return { log, written };
}

describe('makeLogger', () => {
  it('a text line is the message alone', () => {
    const { log, written } = open({ format: 'text', level: 'info' });
    log.info('connection eu is live', { connection: 'eu' });
    log.error('with hidden-1\nand a stack');
    expect(written).toEqual(['connection eu is live\n', 'with [redacted]\nand a stack\n']);
  });

  it('a JSON line has time, level and message, and the connection and change where known', () => {
    const { log, written } = open({ format: 'json', level: 'info' });
    log.warn('could not be\nannounced: hidden-1', { connection: 'eu hidden-1', change: 'chg_1' });
    log.info('ready');
    expect(written).toEqual([
      '{"time":"2026-11-22T08:00:00.000Z","level":"warn","message":"could not be\\nannounced: [redacted]","connection":"eu [redacted]","change":"chg_1"}\n',
      '{"time":"2026-11-22T08:00:00.000Z","level":"info","message":"ready"}\n',
    ]);
  });

  it('lines below the level are left out, except what a command was asked to say', () => {
    const { log, written } = open({ format: 'text', level: 'warn' });
    for (const level of ['debug', 'info', 'warn', 'error', 'notice'] as const) log[level](level);
    expect(written).toEqual(['warn\n', 'error\n', 'notice\n']);
  });

  it('redactedBy adds a redaction and keeps the first', () => {
    const { log, written } = open({ format: 'text', level: 'info' });
    log.redactedBy((text) => text.replaceAll('hidden-2', '[redacted]')).info('hidden-1 hidden-2');
    expect(written).toEqual(['[redacted] [redacted]\n']);
  });

  it('a log that cannot be written does not throw', () => {
    const { log } = open({ format: 'json', level: 'info' }, () => {
      throw new Error('EPIPE');
    });
    expect(() => log.error('lost')).not.toThrow();
  });
});
