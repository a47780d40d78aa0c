/** Settings about people: callers, approvers, the webhook that tells them, and the address of the console. */
import { describe, expect, it } from 'vitest';
import { rightsOf } from '../../src/config/callers.ts';
import { readConfig } from '../../src/config.ts';
import { fileOf, problem, read } from './config-files.ts';

describe('callers', () => {
  const token = 'caller-token-0123456789';
  it('callers are read from the configuration and from a file of lines', () => {
    const file = fileOf(`# who may call\n\nops: ${token}\nnight.shift : other-token-0123456789\n`, 'callers');
    const config = read({ callers: { ci: { env: 'CI_TOKEN' } } }, { CI_TOKEN: 'ci-token-0123456789', IOT_OPS_CALLERS_FILE: file });
    expect([...config.callers]).toEqual([
      ['ci', 'ci-token-0123456789'],
      ['ops', token],
      ['night.shift', 'other-token-0123456789'],
    ]);
    expect(config.secretValues).toEqual(expect.arrayContaining(['ci-token-0123456789', token, 'other-token-0123456789']));
  });
  it('a caller token is long, and the callers file has one per line', () => {
    expect(problem({ callers: { ops: 'short' } })).toBe('callers.ops: a token has at least 16 characters');
    expect(problem({ callers: { ops: 'sixteen characters!' } })).toBe(
      'callers.ops: a token has letters, digits and - . _ ~ + /, and may end with =',
    );
    const bad = fileOf('just-a-token-0123456789\n', 'callers');
    expect(problem(undefined, { IOT_OPS_CALLERS_FILE: bad })).toBe('IOT_OPS_CALLERS_FILE: each line is "name: token"');
    expect(problem(undefined, { IOT_OPS_CALLERS_FILE: '/nowhere' })).toBe('IOT_OPS_CALLERS_FILE: the file /nowhere cannot be read');
  });
});

describe('what is configured of callers besides their tokens', () => {
  const token = 'caller-token-0123456789';
  const approvers = { jo: { totp: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' }, kim: { totp: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' } };
  const callerGroups = { north: { connections: ['verizon'], deviceGroups: ['North'], tools: ['fleet', 'suspend_sim'] } };

  it('a caller has people and a group; its token may stand in the callers file; local has none', () => {
    const file = fileOf(`ops: ${token}\n`, 'callers');
    const callers = {
      ops: { person: 'jo', group: 'north' },
      desk: { token: 'desk-token-0123456789', person: ['jo', 'kim'] },
      local: { person: 'kim' },
    };
    const config = read({ approvers, callerGroups, callers }, { IOT_OPS_CALLERS_FILE: file });
    expect([...config.callers.keys()].sort()).toEqual(['desk', 'ops']);
    expect(Object.fromEntries(config.callerSettings)).toEqual({
      ops: { people: ['jo'], group: 'north' },
      desk: { people: ['jo', 'kim'], group: undefined },
      local: { people: ['kim'], group: undefined },
    });
    expect(rightsOf('ops', config)).toEqual({ group: 'north', ...callerGroups.north, audit: false });
    expect(rightsOf('desk', config)).toEqual({ audit: false });
    expect(rightsOf('local', config)).toEqual({ audit: true });
  });

  it.each<[Record<string, unknown>, string]>([
    [{ callers: { ops: { token, person: 'joe' } } }, 'callers.ops.person: there is no approver joe, nearest is jo'],
    [{ callers: { ops: { token, group: 'nort' } } }, 'callers.ops.group: there is no caller group nort, nearest is north'],
    [{ callers: { ops: { person: 'jo' } } }, 'callers.ops.token: is missing, here and in IOT_OPS_CALLERS_FILE'],
    [{ callers: { ops: { token, persn: 'jo' } } }, 'callers.ops.persn: unknown setting, nearest is person'],
    [{ callers: { local: token } }, 'callers.local: is the caller over stdio and has no token; choose another name'],
    [{ callerGroups: { north: { connection: 'verizon' } } }, 'callerGroups.north.connection: unknown setting, nearest is connections'],
    [{ callerGroups: { north: { tools: [] } } }, 'callerGroups.north.tools: is empty; leave it out for no limit'],
    [
      { callerGroups: { north: { deviceGroups: ['a'], audit: true } } },
      'callerGroups.north.audit: shows the changes of all devices, so it does not go with deviceGroups',
    ],
  ])('an invalid one is rejected by name: %j', (more, words) => {
    expect(problem({ approvers, callerGroups, ...more })).toBe(words);
  });

  it('the callers file cannot give a token to the caller over stdio', () => {
    const file = fileOf(`local: ${token}\n`, 'callers');
    expect(problem({}, { IOT_OPS_CALLERS_FILE: file })).toBe(
      'callers.local: is the caller over stdio and has no token; choose another name',
    );
  });
});

describe('approvers', () => {
  const pin = `scrypt$32768$8$3$${'c2FsdHNhbHRzYWx0c2E'.padEnd(22, 'A')}$${'h'.repeat(43)}`;
  const totp = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  it('approvers are read from the configuration and from a file, each with a PIN or a TOTP secret', () => {
    const file = fileOf({ 'jo@example.com': { totp: { env: 'JO_TOTP' } } }, 'approvers.json');
    const config = read({ approvers: { maria: { pin } } }, { IOT_OPS_APPROVERS_FILE: file, JO_TOTP: totp });
    expect(config.approvers).toEqual([
      { name: 'maria', pin },
      { name: 'jo@example.com', totp },
    ]);
    expect(config.secretValues).toEqual([pin, totp]);
    expect(readConfig({}, { IOT_OPS_APPROVERS_FILE: file, JO_TOTP: totp }).approvers).toHaveLength(1);
    expect(readConfig({}, {}).approvers).toEqual([]);
  });
  it.each<[unknown, string]>([
    [{ maria: {} }, 'approvers.maria: has either pin or totp; "iot-ops-mcp approver maria" prints it'],
    [{ maria: { pin, totp } }, 'approvers.maria: has either pin or totp; "iot-ops-mcp approver maria --totp" prints it'],
    [{ maria: { pin: '123456' } }, 'approvers.maria.pin: is the hash of a PIN; "iot-ops-mcp approver maria" prints it'],
    [
      { jo: { totp: 'SHORT' } },
      'approvers.jo.totp: is a secret in base32, 26 characters or more; "iot-ops-mcp approver jo --totp" prints it',
    ],
    [{ maria: { pn: pin } }, 'approvers.maria.pn: unknown setting, nearest is pin'],
    [{ 'a b': { pin } }, 'approvers.a b: a name has letters, digits, dot, dash, underscore and @, at most 40. Example: maria'],
    [{ maria: { pin }, Maria: { totp } }, 'approvers.Maria: the name is used twice, in upper and lower case'],
    [['maria'], 'approvers: expected record, received array'],
  ])('an invalid approver is rejected by name: %j', (approvers, words) => {
    expect(problem({ approvers })).toBe(words);
  });
  it('an approver in both the configuration and the approvers file is rejected', () => {
    const file = fileOf({ maria: { pin } }, 'approvers.json');
    expect(problem({ approvers: { maria: { pin } } }, { IOT_OPS_APPROVERS_FILE: file })).toBe(
      `approvers.maria: stands in the configuration and in ${file}; keep one`,
    );
    const odd = fileOf([], 'approvers.json');
    expect(problem(undefined, { IOT_OPS_APPROVERS_FILE: odd })).toBe(
      `the approvers file ${odd} is a JSON object of names. Example: { "maria": { "pin": "scrypt$..." } }`,
    );
  });
});

describe('webhook', () => {
  const webhook = { url: 'https://chat.example/hook/T0?x=1', secret: 'shared-secret-01' };
  it('the webhook has a URL and a secret, both redacted', () => {
    expect(read({ webhook })).toMatchObject({ webhook, secretValues: [webhook.url, webhook.secret] });
    expect(read({ webhook: { ...webhook, url: 'http://127.0.0.1:9000/' } }).webhook?.url).toBe('http://127.0.0.1:9000/');
    expect(readConfig({}, {}).webhook).toBeUndefined();
  });
  it.each<[unknown, string]>([
    [{ url: webhook.url }, 'webhook.secret: is missing'],
    [{ secret: webhook.secret }, 'webhook.url: is missing'],
    [
      { ...webhook, url: 'http://chat.example/hook' },
      'webhook.url: is an https address (plain http on loopback only). Example: https://chat.example.com/hook',
    ],
    [{ ...webhook, secret: 'short' }, 'webhook.secret: has at least 16 characters, or is whsec_ and base64 of at least 16 bytes'],
    [
      { ...webhook, secret: 'whsec_MTIzNDU2Nzg5' },
      'webhook.secret: has at least 16 characters, or is whsec_ and base64 of at least 16 bytes',
    ],
  ])('an invalid webhook is rejected by name: %j', (given, words) => {
    expect(problem({ webhook: given })).toBe(words);
  });
});

describe('http.publicUrl', () => {
  it('http.publicUrl is an origin whose host is allowed', () => {
    expect(read({ http: { publicUrl: 'https://ops.example.com/', allowedHosts: ['mcp.example.com'] } }).http).toEqual({
      host: '127.0.0.1',
      publicUrl: 'https://ops.example.com',
      allowedHosts: ['mcp.example.com', 'ops.example.com'],
      allowedOrigins: ['ops.example.com'],
    });
  });
  it.each(['http://ops.example.com', 'https://ops.example.com/base', 'https://me@ops.example.com', 'ops.example.com'])(
    'http.publicUrl %s is rejected',
    (publicUrl) => {
      expect(problem({ http: { publicUrl } })).toBe(
        'http.publicUrl: is an https address without a path (plain http on loopback only). Example: https://iot-ops.example.com',
      );
    },
  );
});
