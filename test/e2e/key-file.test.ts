/** Keys from the operator's key file: used, mentioned in the plan, never shown. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

import { ConfigError } from '../../src/config.ts';
import { recordingLog } from '../support/log.ts';
import { countRequests, startTestServer, type TestServer, yes } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto' } as const;
const keys = {
  app: 'A0A1B2A3A4A5A6A7A8A9AAABACADAEAF',
  nwk: 'B0B1C2B3B4B5B6B7B8B9BABBBCBDBEBF',
  session: 'C0C1D2C3C4C5C6C7C8C9CACBCCCDCECF',
};
const devEui = 'A81758FFFE0B0001';
const otaa = { name: 'Fridge 1', devEui, model: 'SMTC/LoRaMoteA.1_EU', activation: 'OTAA' };
const abp = { name: 'Valve 1', devEui, model: 'ACME/ValveC.1.0.3_ETSI', activation: 'ABP', devAddr: '04ABCDEF' };

const joinEui = 'A81758FFFE000000';

function withKeys(text: string, log = recordingLog().log): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'iot-ops-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'keys');
  writeFileSync(path, text);
  return startTestServer({ env: { IOT_OPS_KEYS_FILE: path }, log });
}

/** The warnings of a device without application server and plan. */
const withoutPlan = (devEui: string): string[] => [
  `${devEui}: no application server is given, so its data go nowhere`,
  `${devEui}: no connectivity plan is given, the platform chooses one with a free licence`,
];

describe('add_lorawan_device with the key file', () => {
  for (const [title, text] of [
    ['CSV', `devEui,appKey\r\n${devEui},${keys.app}\r\n`],
    ['CSV of a spreadsheet', `DevEUI;AppKey;NwkKey\n"a8-17-58-ff-fe-0b-00-01";"${keys.app.toLowerCase()}";\n`],
    [
      'CSV with tabs, comments, blank rows and a byte order mark',
      `\ufeffdevEui\tappKey\r\n# from the vendor\r\n\t\r\n${devEui}\t${keys.app}\r\n`,
    ],
    ['JSON', JSON.stringify({ [devEui]: { appKey: keys.app, nwkKey: keys.nwk } })],
  ] as const) {
    it(`add_lorawan_device uses a key file in ${title}, warns about it and never shows the keys`, async () => {
      const { connectClient, world } = await withKeys(text);
      const { call, asked } = await connectClient({ ...client, person: yes });
      const added = await call('add_lorawan_device', otaa);
      expect(asked[0]).toContain(`Warning: ${devEui}: keys are taken from the key file (appKey).`);
      expect(asked[0]).not.toContain('external join server');
      expect(added.structured.change.status).toBe('applied');
      expect(countRequests(world, 'thingpark.devices.create')).toBe(1);
      const said = [...asked, added.text, JSON.stringify(added.structured), (await call('get_device', { device: devEui, raw: true })).text];
      for (const key of Object.values(keys)) expect(said.join('\n').toUpperCase()).not.toContain(key);
    });
  }

  it('add_lorawan_device uses LoRaWAN 1.1 keys of the key file for a 1.1 model and names a missing key', async () => {
    const meter = { ...otaa, model: 'ACME/MeterA.1.1_ETSI' };
    const whole = await withKeys(JSON.stringify({ [devEui]: { appKey: keys.app, nwkKey: keys.nwk } }));
    const first = await whole.connectClient({ ...client, person: yes });
    const added = (await first.call('add_lorawan_device', meter)).structured.change;
    expect(added).toMatchObject({
      status: 'applied',
      warnings: [`${devEui}: keys are taken from the key file (appKey, nwkKey)`, ...withoutPlan(devEui)],
    });
    const half = await withKeys(`devEui,appKey\n${devEui},${keys.app}`);
    const second = await half.connectClient({ ...client, person: yes });
    expect((await second.call('add_lorawan_device', meter)).text).toContain(
      'nwkKey: ACME/MeterA.1.1_ETSI is a LoRaWAN 1.1 model and needs it.',
    );
    const older = (await second.call('add_lorawan_device', { ...otaa, appKey: keys.app, nwkKey: keys.nwk })).text;
    expect(older).toContain('nwkKey: SMTC/LoRaMoteA.1_EU is a LoRaWAN 1.0 model and takes none. Nothing was sent. Leave it out.');
    expect(countRequests(half.world, 'thingpark.devices.create')).toBe(0);
  });

  it('add_lorawan_device uses session keys of the key file for ABP, and a key in the call takes precedence', async () => {
    const { connectClient, world } = await withKeys(`devEui,nwkSKey,appSKey\n${devEui},${keys.session},${keys.app}`);
    const { call } = await connectClient({ ...client, person: yes });
    const own = (await call('add_lorawan_device', { ...abp, nwkSKey: keys.nwk, preview: true })).structured.change;
    expect(own.warnings).toEqual(withoutPlan(devEui));
    const { change } = (await call('add_lorawan_device', abp)).structured;
    expect(change).toMatchObject({
      status: 'applied',
      warnings: [`${devEui}: keys are taken from the key file (nwkSKey, appSKey)`, ...withoutPlan(devEui)],
    });
    expect(world.thingpark.devices.get(devEui)).toMatchObject({ activation: 'ABP' });
  });

  it('add_lorawan_device asks for keys when the key file has none for the device', async () => {
    const { connectClient, world } = await withKeys(`devEui,appKey\nA81758FFFE0B0009,${keys.app}`);
    const { call } = await connectClient({ ...client, person: yes });
    expect((await call('add_lorawan_device', otaa)).text).toContain(
      'appKey: OTAA needs appKey (local join server) or joinEui (external one).',
    );
    expect((await call('add_lorawan_device', abp)).text).toContain('nwkSKey: ABP needs the NwkSKey, 32 hex digits.');
    expect(countRequests(world, 'thingpark.devices.create')).toBe(0);
  });
});

describe('a key file as vendors deliver it', () => {
  const [app] = [keys.app];
  it.each<[string, string, string[]]>([
    ['the columns DevEUI;AppEUI;AppKey', `DevEUI;AppEUI;AppKey\n${devEui};${joinEui};${app}`, []],
    ['the columns dev_eui,app_eui,app_key', `dev_eui,app_eui,app_key\n${devEui},${joinEui},${app}`, []],
    ['the columns Device EUI, Join EUI, Application Key', `Device EUI,Join EUI,Application Key\n${devEui},${joinEui},${app}`, []],
    ['the DevEUI in another column than the first', `AppKey|JOINEUI|DEVEUI\n${app}|${joinEui}|${devEui}`, []],
    [
      'columns of other things',
      `Serial;DevEUI;JoinEUI;AppKey;Note\nSN-1;${devEui};${joinEui};${app};"box 7; roof"`,
      ['the key file: the columns "Serial" and "Note" are not known and not read'],
    ],
    [
      'a line sep=;, comments and blank rows',
      `sep=;\r\n# batch 7\r\n\r\nDevEUI;JoinEUI;AppKey\r\n;;\r\n# roof\r\n${devEui};${joinEui};${app}\r\n`,
      [],
    ],
    ['the onboarding tag in the column of the DevEUI', `DevEUI,AppKey\nLW:D0:${joinEui}:${devEui}:00AA00BB,${app}`, []],
    [
      'JSON',
      JSON.stringify({ [devEui]: { app_key: app, appEui: joinEui, serial: 17 } }),
      ['the key file: the column "serial" is not known and not read'],
    ],
  ])('add_lorawan_device takes keys and JoinEUI from a file with %s', async (_, text, said) => {
    const { log, lines } = recordingLog();
    const { connectClient, world } = await withKeys(text, log);
    const { call, asked } = await connectClient({ ...client, person: yes });
    expect(lines).toEqual(said);
    const added = await call('add_lorawan_device', otaa);
    expect(asked[0]).toContain(`Warning: ${devEui}: keys are taken from the key file (appKey, joinEui).`);
    expect(added.structured.change.status).toBe('applied');
    expect(world.thingpark.devices.get(devEui)).toMatchObject({ appEUI: joinEui });
    expect([...asked, added.text, ...lines].join('\n').toUpperCase()).not.toContain(app);
  });

  it('a JoinEUI of the call takes precedence, and the plan says that the key file has another one', async () => {
    const { connectClient } = await withKeys(`DevEUI;AppEUI;AppKey\n${devEui};${joinEui};${app}`);
    const { call } = await connectClient(client);
    const planned = await call('add_lorawan_device', { ...otaa, joinEui: 'A81758FFFE000009', preview: true });
    expect(planned.structured.change.summary).toContain('JoinEUI A81758FFFE000009');
    expect(planned.structured.change.warnings).toContain(`${devEui}: the key file has another JoinEUI for it, ${joinEui}`);
  });

  it('a column whose title looks like a key is named by its number only', async () => {
    const { log, lines } = recordingLog();
    await withKeys(`DevEUI,AppKey,${keys.nwk}\n${devEui},${app},x`, log);
    expect(lines).toEqual(['the key file: the column 3 is not known and not read']);
  });
});

describe('invalid key file', () => {
  it.each([
    ['eui,key\n', 'must begin with a header such as devEui,appKey or devEui,nwkSKey,appSKey'],
    [`devEui,appKey\n${devEui},${keys.app.slice(1)}`, 'line 2: appKey must be 32 hex digits'],
    [`devEui,appKey\nA81758,${keys.app}`, 'line 2: DevEUI must be 16 hex digits'],
    [`devEui,appKey\n${devEui},${keys.app}\n${devEui},${keys.app}`, `line 3: DevEUI ${devEui} is listed twice`],
    [`devEui,key\n${devEui},${keys.app}`, 'must begin with a header such as devEui,appKey'],
    [`${devEui},${keys.app}`, 'must begin with a header such as devEui,appKey'],
    [`DevEUI,dev_eui,AppKey\n${devEui},${devEui},${keys.app}`, 'line 1: two columns are devEui'],
    [`sep=;\nDevEUI;AppEUI;AppKey\n\n${devEui};A81758;${keys.app}`, 'line 4: joinEui must be 16 hex digits'],
    [`\n\nDevEUI;AppKey\n${devEui};${keys.app.slice(1)}`, 'line 4: appKey must be 32 hex digits'],
    [
      `DevEUI,AppEUI,AppKey\nLW:D0:${joinEui}:${devEui}:00AA,A81758FFFE000009,${keys.app}`,
      'line 2: joinEui is not that of its onboarding tag',
    ],
    [`{"${devEui}": {"appKey": "${keys.app}", "app_key": "${keys.nwk}"}}`, 'entry 1: two members are appKey'],
    [`{"${devEui}": {"appKey": 7}}`, 'entry 1: appKey must be text in quotes'],
    [`devEui;appKey\n${devEui};"${keys.app}`, 'line 2: a quoted cell begins and ends with "'],
    [
      `devEui,appKey\n8.91E+18,${keys.app}`,
      'line 2: DevEUI was turned into a number such as 8.91E+18 by a spreadsheet; format the column as text',
    ],
    [`devEui,appKey\n7.012345678901E15,${keys.app}`, 'line 2: DevEUI was turned into a number'],
    [`devEui,appKey\n'${devEui},${keys.app}`, 'line 2: DevEUI begins with an apostrophe of a spreadsheet'],
    [`devEui,appKey\n81758000000001,${keys.app}`, 'line 2: DevEUI has 14 of 16 digits: a spreadsheet drops leading zeros'],
    [`devEui,appKey\n\n${devEui},'${keys.app}`, 'line 3: appKey begins with an apostrophe of a spreadsheet'],
    [`devEui,appKey\n${devEui},1.02030405060708E+30`, 'line 2: appKey was turned into a number'],
    ['{"A81758FFFE0B0001": 1}', 'must be a JSON object that maps each DevEUI to its keys as strings'],
  ])('the server does not start with an invalid key file and names the line without showing a key: %j', async (text, said) => {
    const failed = await withKeys(text).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(ConfigError);
    expect(String(failed)).toContain(said);
    for (const key of Object.values(keys)) expect(String(failed)).not.toContain(key.slice(1));
  });
});
