/** The settings of a store that several servers share. */
import { describe, expect, it } from 'vitest';

import { readConfig } from '../../src/config.ts';
import { fileOf, read } from './config-files.ts';

describe('a database', () => {
  const sealKey = '5e'.repeat(32);
  const url = 'postgres://iot_ops@db.example/iot_ops';

  it('is taken from flag, variable or file, with keys that seal plans', () => {
    const file = { store: url, sealKey, formerSealKey: Buffer.alloc(32, 7).toString('base64') };
    const config = read(file);
    expect(config).toMatchObject({ state: 'postgres', storeUrl: url });
    expect(config.sealKeys.map((key) => key.toString('hex'))).toEqual([sealKey, '07'.repeat(32)]);
    const env = { IOT_OPS_STORE: 'postgresql://env@db.example/other', IOT_OPS_SEAL_KEY: 'ab'.repeat(32) };
    expect(read(file, env)).toMatchObject({ storeUrl: env.IOT_OPS_STORE });
    expect(read(file, env).sealKeys[0]?.toString('hex')).toBe('ab'.repeat(32));
    expect(readConfig({ store: url }, { IOT_OPS_SEAL_KEY: sealKey }).storeUrl).toBe(url);
    expect(readConfig({}, {})).toMatchObject({ state: 'file', storeUrl: undefined, sealKeys: [] });
  });

  it.each<[string, object, Record<string, string>, object, string]>([
    ['without a seal key', { store: url }, {}, {}, 'sealKey: is required with a database, equal on all servers'],
    ['with a short seal key', { store: url, sealKey: 'abcd' }, {}, {}, 'sealKey: must be 32 bytes or more in hex or base64'],
    ['with a short former key', { store: url, sealKey, formerSealKey: 'abcd' }, {}, {}, 'formerSealKey: must be 32 bytes or more'],
    ['of another kind', { store: 'mysql://db.example/x', sealKey }, {}, {}, 'store: must be a PostgreSQL URL, for example postgres://'],
    ['that is no URL', { store: 'db.example', sealKey }, {}, {}, 'store: must be a PostgreSQL URL'],
    [
      'with a password on the command line',
      {},
      { IOT_OPS_SEAL_KEY: sealKey },
      { store: 'postgres://a:hunter2@db.example/x' },
      '--store: holds a password',
    ],
    [
      'beside memory',
      { store: url, sealKey, stateDir: 'memory' },
      {},
      {},
      'store: a database cannot be used together with the state directory "memory"',
    ],
  ])('%s is refused, and no message repeats a password', (_what, file, env, flags, message) => {
    const refused = (): unknown => readConfig({ ...flags, config: fileOf(file) }, env);
    expect(refused).toThrow(message);
    expect(refused).not.toThrow('hunter2');
  });

  it('counts as a secret, so that no message shows its password', () => {
    const secret = 'postgres://iot_ops:hunter2-hunter2@db.example/iot_ops';
    expect(read({ store: secret, sealKey }).secretValues).toEqual(expect.arrayContaining([secret, sealKey]));
  });
});
