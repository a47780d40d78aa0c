/** Configuration files for tests: written into a folder that is removed after the test. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';

import { type Config, ConfigError, type Flags, readConfig } from '../../src/config.ts';

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'config-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

export function fileOf(content: unknown, name = 'config.json'): string {
  const path = join(folder(), name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

export const read = (file: unknown, env: Record<string, string> = {}, flags: Flags = {}): Config =>
  readConfig({ ...flags, config: fileOf(file) }, env);

/** The message with which a configuration is rejected. */
export function problem(file: unknown, env: Record<string, string> = {}, flags: Flags = {}): string {
  try {
    if (file === undefined) readConfig(flags, env);
    else read(file, env, flags);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  throw new Error('accepted');
}
