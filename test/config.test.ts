import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { readConfig } from '../src/config.ts';
import { variablesOf } from '../src/environment-variables.ts';
import { providers } from '../src/providers/index.ts';
import { fileOf, problem, read } from './config/config-files.ts';

const verizon = {
  name: 'fleet-us',
  provider: 'thingspace',
  appKey: 'app-key-1',
  appSecret: 'app-secret-1',
  username: 'user-1',
  password: 'pass-word-1',
};
const oss = { url: 'https://community.thingpark.io', clientId: 'sub-1/ops', clientSecret: 'oss-secret-1' };
const dx = {
  adminUrl: 'https://community.thingpark.io/thingpark/dx/admin/latest/api',
  clientId: 'tpe-api/j@e.com',
  clientSecret: 'dx-secret-1',
};
const park = { name: 'tp-eu', provider: 'thingpark', oss, dx };
const ix = { name: 'ix', provider: 'iotx', accessKey: 'access-key-1' };

const envOf = {
  IOT_OPS_THINGSPACE_APP_KEY: 'app-key-1',
  IOT_OPS_THINGSPACE_APP_SECRET: 'app-secret-1',
  IOT_OPS_THINGSPACE_USERNAME: 'user-1',
  IOT_OPS_THINGSPACE_PASSWORD: 'pass-word-1',
};

test('an empty configuration has no connection, all toolsets, loopback and the default policy', () => {
  const config = readConfig({}, { HOME: '/x', PATH: '/bin' });
  expect(config).toMatchObject({
    connections: [],
    toolsets: undefined,
    readOnly: false,
    http: { host: '127.0.0.1', allowedHosts: [], allowedOrigins: [] },
    secretValues: [],
  });
  expect(config.policy).toMatchObject({ planMinutes: 10, twoStep: true, irreversible: 'typed' });
  expect(config.callers.size).toBe(0);
});

test('a configuration with one connection of each provider gets the usual defaults', () => {
  const config = read({
    connections: [park, { ...verizon, writes: 'on', account: '0442-1' }, { ...ix, allowGuessed: true, sandbox: true }],
  });
  const common = { sandbox: false, writes: false, allowGuessed: false };
  expect(config.connections).toMatchObject([
    {
      ...common,
      name: 'tp-eu',
      provider: 'thingpark',
      settings: {
        oss: { url: 'https://community.thingpark.io', realm: 'users-auth', clientId: 'sub-1/ops', clientSecret: 'oss-secret-1' },
        dx: {
          adminUrl: 'https://community.thingpark.io/thingpark/dx/admin/latest/api',
          coreUrl: 'https://community.thingpark.io/thingpark/dx/core/latest/api',
        },
      },
    },
    {
      ...common,
      writes: true,
      name: 'fleet-us',
      settings: { url: 'https://thingspace.verizon.com', appKey: 'app-key-1', username: 'user-1', account: '0442-1' },
    },
    { name: 'ix', sandbox: true, allowGuessed: true, settings: { url: 'https://api.iot-x.com', productKey: 'both' } },
  ]);
  expect(config.secretValues).toEqual(['oss-secret-1', 'dx-secret-1', 'app-key-1', 'app-secret-1', 'pass-word-1', 'access-key-1']);
});

test('an iot-x connection has productKey and currency', () => {
  const [connection] = read({ connections: [{ ...ix, productKey: 'service', currency: 'GBP' }] }).connections;
  expect(connection).toMatchObject({ settings: { productKey: 'service', currency: 'GBP' } });
  const variables = { IOT_OPS_IOTX_ACCESS_KEY: 'access-key-1', IOT_OPS_IOTX_PRODUCT_KEY: 'product', IOT_OPS_IOTX_CURRENCY: 'EUR' };
  expect(readConfig({}, variables).connections).toMatchObject([{ settings: { productKey: 'product', currency: 'EUR' } }]);
  expect(() => read({ connections: [{ ...ix, currency: 'pounds' }] })).toThrow(
    'connections.ix.currency: is an ISO 4217 code. Example: EUR',
  );
  expect(() => read({ connections: [{ ...ix, productKey: 'name' }] })).toThrow('connections.ix.productKey: ');
});

describe('configuration from environment variables', () => {
  it('environment variables configure one connection per provider, named like the provider', () => {
    const config = readConfig({}, { ...envOf, IOT_OPS_THINGSPACE_WRITES: 'on', IOT_OPS_IOTX_ACCESS_KEY: 'access-key-1' });
    expect(config.connections.map(({ name, provider, writes }) => ({ name, provider, writes }))).toEqual([
      { name: 'thingspace', provider: 'thingspace', writes: true },
      { name: 'iotx', provider: 'iotx', writes: false },
    ]);
  });
  it('environment variables add a connection to those of the file', () => {
    const config = read({ connections: [park] }, { IOT_OPS_IOTX_ACCESS_KEY: 'access-key-1' });
    expect(config.connections.map((one) => one.name)).toEqual(['tp-eu', 'iotx']);
  });
  it('environment variables name the configuration file and the state directory', () => {
    expect(readConfig({}, { IOT_OPS_CONFIG: fileOf({ connections: [ix] }) }).connections.map((one) => one.name)).toEqual(['ix']);
  });
});

describe('missing settings', () => {
  it.each<[string, unknown, Record<string, string>, string]>([
    [
      'a string setting',
      undefined,
      { ...envOf, IOT_OPS_THINGSPACE_USERNAME: undefined as never },
      'connections.thingspace.username: is missing (IOT_OPS_THINGSPACE_USERNAME)',
    ],
    [
      'a secret setting',
      undefined,
      { ...envOf, IOT_OPS_THINGSPACE_APP_KEY: undefined as never },
      'connections.thingspace.appKey: is missing (IOT_OPS_THINGSPACE_APP_KEY)',
    ],
    [
      'a ThingPark credential',
      undefined,
      { IOT_OPS_THINGPARK_OSS_URL: 'https://x.example', IOT_OPS_THINGPARK_OSS_CLIENT_ID: 'a' },
      'connections.thingpark.oss.clientSecret: is missing (IOT_OPS_THINGPARK_OSS_CLIENT_SECRET)',
    ],
    ['both ThingPark credential sets', undefined, { IOT_OPS_THINGPARK_WRITES: 'on' }, 'connections.thingpark.oss: needs oss, dx or both'],
    ['a setting in the file', { connections: [{ ...verizon, password: undefined }] }, {}, 'connections.fleet-us.password: is missing'],
    ['a connection name', { connections: [{ ...ix, name: undefined }] }, {}, 'connections.0.name: is missing'],
  ])('a missing setting is named with its variable: %s', (_, file, env, words) => {
    expect(problem(file, env)).toBe(words);
  });
  it('several missing settings are listed together', () => {
    expect(problem(undefined, { IOT_OPS_THINGSPACE_APP_KEY: 'k-1' })).toBe(
      [
        'connections.thingspace.appSecret: is missing (IOT_OPS_THINGSPACE_APP_SECRET)',
        'connections.thingspace.username: is missing (IOT_OPS_THINGSPACE_USERNAME)',
        'connections.thingspace.password: is missing (IOT_OPS_THINGSPACE_PASSWORD)',
      ].join('\n'),
    );
  });
});

describe('unknown settings', () => {
  it.each<[unknown, string]>([
    [{ conections: [] }, 'conections: unknown setting, nearest is connections'],
    [{ connections: [{ ...verizon, pasword: 'x' }] }, 'connections.fleet-us.pasword: unknown setting, nearest is password'],
    [
      { connections: [{ ...park, oss: { ...oss, realmm: 'users-auth' } }] },
      'connections.tp-eu.oss.realmm: unknown setting, nearest is realm',
    ],
    [{ policy: { twostep: false } }, 'policy.twostep: unknown setting, nearest is twoStep'],
    [{ http: { allowedHost: [] } }, 'http.allowedHost: unknown setting, nearest is allowedHosts'],
  ])('an unknown setting is rejected with the nearest name: %j', (file, words) => {
    expect(problem(file)).toBe(words);
  });
  test('an unknown environment variable is rejected with the nearest name', () => {
    expect(problem(undefined, { IOT_OPS_THINGSPACE_PASWORD: 'x' })).toBe(
      'unknown environment variable IOT_OPS_THINGSPACE_PASWORD, nearest is IOT_OPS_THINGSPACE_PASSWORD',
    );
    expect(problem(undefined, { IOT_OPS_READONLY: '1' })).toBe(
      'unknown environment variable IOT_OPS_READONLY, nearest is IOT_OPS_READ_ONLY',
    );
    expect(problem(undefined, { IOT_OPS_THINGSPACE_USERNAME_FILE: 'x' })).toContain('unknown environment variable');
  });
  test('an unknown toolset is rejected with the nearest name', () => {
    expect(problem(undefined, {}, { toolsets: 'fleet,thingspce' })).toBe(
      'unknown toolset "thingspce", nearest is thingspace; there are fleet, thingpark, thingspace, iotx, changes, operations',
    );
  });
});

describe('secrets', () => {
  it('a secret is read from an environment variable or file named in the configuration', () => {
    const file = fileOf('from-a-file\n', 'secret.txt');
    const config = read(
      { connections: [{ ...verizon, appSecret: { env: 'MY_SECRET' }, password: { file } }] },
      { MY_SECRET: 'from-env-1' },
    );
    expect(config.connections[0]).toMatchObject({ settings: { appSecret: 'from-env-1', password: 'from-a-file' } });
    expect(config.secretValues).toEqual(['app-key-1', 'from-env-1', 'from-a-file']);
  });
  it('a secret is read from a file named by a _FILE variable', () => {
    const { IOT_OPS_THINGSPACE_PASSWORD: _, ...rest } = envOf;
    const config = readConfig({}, { ...rest, IOT_OPS_THINGSPACE_PASSWORD_FILE: fileOf('from-a-file\n', 'secret.txt') });
    expect(config.connections[0]).toMatchObject({ settings: { password: 'from-a-file' } });
  });
  it('a secret given as variable and as file is rejected', () => {
    expect(problem(undefined, { ...envOf, IOT_OPS_THINGSPACE_PASSWORD_FILE: '/x' })).toBe(
      'IOT_OPS_THINGSPACE_PASSWORD and IOT_OPS_THINGSPACE_PASSWORD_FILE are both set; keep one',
    );
  });
  it.each<[unknown, RegExp]>([
    [{ env: 'NOT_SET' }, /^connections\.fleet-us\.password: the environment variable NOT_SET is not set$/],
    [{ file: '/nowhere/at/all' }, /^connections\.fleet-us\.password: the file \/nowhere\/at\/all cannot be read$/],
    ['', /^connections\.fleet-us\.password: Too small: expected string to have >=1 characters$/],
    [{ vault: 'x' }, /^connections\.fleet-us\.password: is a text, \{ "env": "NAME" \} or \{ "file": "path" \}$/],
  ])('an invalid secret is rejected by the name of its setting: %j', (password, words) => {
    expect(problem({ connections: [{ ...verizon, password }] })).toMatch(words);
  });
  it('an empty secret file is rejected', () => {
    const file = fileOf(' \n', 'secret.txt');
    expect(problem({ connections: [{ ...verizon, password: { file } }] })).toBe(`connections.fleet-us.password: the file ${file} is empty`);
  });
  it('a secret never appears in an error message', () => {
    const message = problem({ connections: [{ ...verizon, password: ['hunter2-hunter2'], appKey: { file: 5, text: 'hunter3-hunter3' } }] });
    expect(message).not.toContain('hunter');
  });
  it('an entry of the secrets file may be a text', () => {
    const secretsFile = fileOf({ 'fridge-key': '00112233445566778899AABBCCDDEEFF' }, 'secrets.json');
    const config = read({ secretsFile });
    expect(config.secrets.get('fridge-key')).toBe('00112233445566778899AABBCCDDEEFF');
    expect(config.secretValues).toEqual(['00112233445566778899AABBCCDDEEFF']);
    expect(problem({ secretsFile: '/nowhere.json' })).toBe('the secrets file /nowhere.json does not exist');
  });
  it('an entry of the secrets file binds a secret to operations, a field and hosts', () => {
    const entry = { value: 'hunter2-hunter2', operations: 'thingpark.dxConnections.*', field: 'body.configuration.password' };
    const { secrets, secretValues } = read({
      secretsFile: fileOf({ mqttpw: { ...entry, host: ['a.example', 'b.example:8883'] } }, 's.json'),
    });
    expect(secrets.get('mqttpw')).toEqual({
      value: 'hunter2-hunter2',
      operations: ['thingpark.dxConnections.*'],
      field: 'body.configuration.password',
      hosts: ['a.example', 'b.example:8883'],
    });
    expect(secretValues).toEqual(['hunter2-hunter2']);
    expect(read({ secretsFile: fileOf({ mqttpw: entry }, 's.json') }).secrets.get('mqttpw')).toMatchObject({ hosts: [] });
  });
  it.each<[unknown, string]>([
    [5, 'mqttpw: expected string, received number.'],
    ['', 'mqttpw: Too small: expected string to have >=1 characters.'],
    [{ value: 'hunter2-hunter2' }, 'mqttpw.operations: '],
    [
      { value: 'hunter2-hunter2', operations: ['a b'], field: 'body.x' },
      'mqttpw.operations.0: is an operation id, * stands for any characters.',
    ],
    [
      { value: 'hunter2-hunter2', operations: 'a.b', field: 'password' },
      'mqttpw.field: is the path of a field in the input of the operation.',
    ],
    [
      { value: 'hunter2-hunter2', operations: 'a.b', field: 'body.x', host: 'https://x' },
      'mqttpw.host.0: is a host, with or without a port.',
    ],
    [{ value: 'hunter2-hunter2', operations: 'a.b', field: 'body.x', hosts: 'x' }, 'mqttpw: hosts is no setting.'],
  ])('the entry %j of the secrets file is rejected with its rule and an example', (entry, rule) => {
    const path = fileOf({ mqttpw: entry }, 's.json');
    const message = problem({ secretsFile: path });
    expect(message).toContain(`the secrets file ${path}: ${rule}`);
    expect(message).toContain('An entry is a text, or an object such as { "value": "...", "operations": "provider.noun.create"');
    expect(message).not.toContain('hunter2');
  });
});

describe('connection URLs', () => {
  it.each(['http://127.0.0.1:8484', 'http://localhost:8484/', 'http://[::1]:8484', 'https://x.example/base/'])(
    'the connection URL %s is accepted',
    (url) => {
      expect(read({ connections: [{ ...ix, url }] }).connections[0]).toMatchObject({ settings: { url: url.replace(/\/$/, '') } });
    },
  );
  it.each([
    'http://api.iot-x.com',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'http://10.0.0.1:8484',
    'ftp://x.example',
    'https://user:pass@x.example',
    'https://x.example/?a=b',
    'api.iot-x.com',
    '',
  ])('the connection URL %j is rejected', (url) => {
    expect(problem({ connections: [{ ...ix, url }] })).toBe(
      'connections.ix.url: is an https address (plain http on loopback only). Example: https://community.thingpark.io',
    );
  });
});

describe('precedence of flags, environment and file', () => {
  const file = { toolsets: ['iotx'], readOnly: true, stateDir: '/from/file', http: { host: '127.0.0.2' } };
  it('settings are read from the file', () => {
    expect(read(file)).toMatchObject({ toolsets: ['iotx'], readOnly: true, stateDir: '/from/file', http: { host: '127.0.0.2' } });
  });
  it('environment variables override the file', () => {
    const env = { IOT_OPS_TOOLSETS: 'fleet, changes', IOT_OPS_READ_ONLY: 'off', IOT_OPS_STATE_DIR: '/from/env' };
    expect(read(file, env)).toMatchObject({ toolsets: ['fleet', 'changes'], readOnly: false, stateDir: '/from/env' });
  });
  it('IOT_OPS_SECRETS_FILE overrides secretsFile', () => {
    const secretsFile = fileOf({ a: 'from-the-file' }, 'a.json');
    const env = { IOT_OPS_SECRETS_FILE: fileOf({ a: 'from-the-environment' }, 'b.json') };
    expect(read({ secretsFile }, env).secrets.get('a')).toBe('from-the-environment');
  });
  it('flags override environment variables and the file', () => {
    const env = { IOT_OPS_TOOLSETS: 'changes', IOT_OPS_READ_ONLY: 'off', IOT_OPS_CONFIG: '/nowhere.json' };
    expect(read(file, env, { toolsets: 'thingpark', readOnly: true, host: '0.0.0.0' })).toMatchObject({
      toolsets: ['thingpark'],
      readOnly: true,
      http: { host: '0.0.0.0' },
    });
  });
  it('a boolean variable other than on or off is rejected', () => {
    expect(problem(undefined, { IOT_OPS_READ_ONLY: 'maybe' })).toBe('IOT_OPS_READ_ONLY: on or off, got "maybe"');
  });
});

describe('other invalid configurations', () => {
  it('a connection name used twice is rejected', () => {
    expect(problem({ connections: [ix, { ...verizon, name: 'ix' }] })).toBe('connections: the name ix is used twice');
    expect(problem({ connections: [{ ...ix, name: 'iotx' }] }, { IOT_OPS_IOTX_ACCESS_KEY: 'access-key-2' })).toBe(
      'connections: the name iotx is used twice',
    );
  });
  it('an invalid connection name is rejected', () => {
    expect(problem({ connections: [{ ...ix, name: 'a b' }] })).toBe(
      'connections.a b.name: has letters, digits, dot, dash and underscore, at most 40. Example: thingpark-eu',
    );
  });
  it('an e-mail address alone as a ThingPark client id is rejected with its form, an example and the next step', () => {
    const adminUrl = 'https://community.thingpark.io/thingpark/dx/admin/latest/api';
    const withDx = (clientId: string) => ({
      connections: [{ name: 'tp', provider: 'thingpark', dx: { adminUrl, clientId, clientSecret: 'dx-password-1' } }],
    });
    expect(problem(withDx(' jane@example.com '))).toBe(
      `connections.tp.dx.clientId: must be <profile>/<login>, but is an e-mail address alone. Example: tpe-api/jane@example.com. GET ${adminUrl}/profiles lists the profiles of the platform`,
    );
    expect(problem(withDx('tpe-api/'))).toMatch(/^connections\.tp\.dx\.clientId: must be <profile>\/<login>, but a part is empty\./);
    expect(read(withDx(' tpe-api/jane@example.com ')).connections[0]?.settings).toMatchObject({
      dx: { clientId: 'tpe-api/jane@example.com' },
    });
    expect(problem({ connections: [{ name: 'tp', provider: 'thingpark', oss: { ...oss, clientId: 'jane@example.com' } }] })).toBe(
      'connections.tp.oss.clientId: is an e-mail address, but the OSS APIs take the id of a service account, sub-<subscriber>/<name>. Example: sub-199900001/ops. An administrator makes one in the user interface of ThingPark; to sign in as a user, set dx instead',
    );
  });
  it('an unknown provider is rejected', () => {
    expect(problem({ connections: [{ ...ix, provider: 'thingparc' }] })).toMatch(
      /^connections\.ix\.provider: .*thingpark.*thingspace.*iotx/,
    );
  });
  it('a configuration file that is missing, not JSON or no object is rejected', () => {
    expect(problem(undefined, {}, { config: '/nowhere.json' })).toBe('the configuration file /nowhere.json does not exist');
    expect(problem('{ not json')).toMatch(/^the configuration file .*config\.json is not JSON$/);
    expect(problem([])).toBe('configuration: expected object, received array');
    expect(problem('null')).toBe('configuration: expected object, received null');
  });
  it('a policy setting out of range is rejected', () => {
    expect(problem({ policy: { planMinutes: 0 } })).toBe('policy.planMinutes: Too small: expected number to be >=1');
    expect(problem({ policy: { irreversible: 'yes' } })).toBe('policy.irreversible: Invalid option: expected one of "typed"|"refuse"');
    expect(read({ policy: { twoStep: false, maxTargets: 5 } }).policy).toMatchObject({ twoStep: false, maxTargets: 5, planMinutes: 10 });
  });
});

test('the default state directory is the usual one of the platform', () => {
  const usual: Record<string, string> = { linux: '/state/iot-ops-mcp', darwin: join(homedir(), 'Library/Application Support/iot-ops-mcp') };
  expect(readConfig({}, { XDG_STATE_HOME: '/state' }).stateDir).toBe(usual[process.platform]);
  if (process.platform === 'linux') expect(readConfig({}, {}).stateDir).toBe(join(homedir(), '.local/state/iot-ops-mcp'));
});

test('every variable has the prefix IOT_OPS_, and every secret has a _FILE variable', () => {
  const variables = variablesOf(providers);
  expect(variables.every((name) => name.startsWith('IOT_OPS_'))).toBe(true);
  expect(variables.filter((name) => name.endsWith('SECRET_FILE') || name.endsWith('KEY_FILE'))).toEqual([
    'IOT_OPS_THINGPARK_OSS_CLIENT_SECRET_FILE',
    'IOT_OPS_THINGPARK_DX_CLIENT_SECRET_FILE',
    'IOT_OPS_THINGSPACE_APP_KEY_FILE',
    'IOT_OPS_THINGSPACE_APP_SECRET_FILE',
    'IOT_OPS_IOTX_ACCESS_KEY_FILE',
  ]);
});

test('policyFile is taken from flag, variable or setting in this order and is not read by readConfig', () => {
  const file = { policyFile: 'from-file.yaml' };
  expect(read({}).policyFile).toBeUndefined();
  expect(read(file).policyFile).toBe('from-file.yaml');
  expect(read(file, { IOT_OPS_POLICY_FILE: 'from-env.yaml' }).policyFile).toBe('from-env.yaml');
  expect(read(file, { IOT_OPS_POLICY_FILE: 'from-env.yaml' }, { policy: 'from-flag.yaml' }).policyFile).toBe('from-flag.yaml');
  expect(problem({ policyfile: 'x' })).toContain('policyfile: unknown setting, nearest is policyFile');
});

test.each(['', `$\{user_config.account}`])('an environment variable set to %j counts as absent', (text) => {
  const names = ['IOT_OPS_CONFIG', 'IOT_OPS_TOOLSETS', 'IOT_OPS_READ_ONLY', 'IOT_OPS_STATE_DIR', 'IOT_OPS_POLICY_FILE', 'IOT_OPS_IOTX_URL'];
  const empty = Object.fromEntries(names.map((name) => [name, text]));
  expect(readConfig({}, empty)).toEqual(readConfig({}, {}));
  expect(readConfig({}, { ...envOf, IOT_OPS_THINGSPACE_ACCOUNT: text }).connections).toMatchObject([{ settings: { account: undefined } }]);
  expect(problem(undefined, { ...envOf, IOT_OPS_THINGSPACE_PASSWORD: text })).toContain(
    'password: is missing (IOT_OPS_THINGSPACE_PASSWORD)',
  );
});
