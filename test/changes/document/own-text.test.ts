/** `ownText` puts a computed text into a phrase without quotes, so whoever uses it must not pass text of a caller or a provider. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const src = resolve(import.meta.dirname, '../../../src');

it('only these files put computed text into a phrase: ages, sizes, severities, check digits and counts', () => {
  const users = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && /\bownText\(/.test(readFileSync(join(src, name), 'utf8')))
    .sort();
  expect(users).toEqual([
    'changes/document/phrase.ts',
    'changes/thingpark/alarms.ts',
    'changes/thingpark/cellular-devices.ts',
    'changes/thingpark/device-delete.ts',
    'changes/thingpark/device-import.ts',
    'changes/thingpark/downlinks.ts',
    'changes/thingpark/implausible.ts',
    'changes/thingpark/parties.ts',
  ]);
});
