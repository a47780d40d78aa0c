/** Device import by file: the file is parsed into a plan, and an HTTP 200 with failed rows is not reported as applied. */
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

import type { Config } from '../../src/config.ts';
import { sqliteStore } from '../../src/store/sqlite.ts';
import { withoutSecrets } from '../../src/text/redact.ts';
import { countRequests, startTestServer, type TestClient, yes } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto' } as const;
const offered = { flags: { toolsets: 'thingpark,changes,operations,fleet' } };
const operation = 'thingpark.devices.import';
const fridge = 'A81758FFFE0A0001';
const [first, second, third] = ['A81758FFFE0B0001', 'A81758FFFE0B0002', 'A81758FFFE0B0003'];
const key = '01112233445566778899AABBCCDDEEFF';
const otaa = (eui: string, model = 'SMTC/LoRaMoteA.1_EU'): string =>
  `CREATE_OTAA,${eui},,${model},A81758FFFE000000,${key},,acme-cs/standard,,,Crate,48.9,2.4,,,,,,,"TWA_199982747.1972.AS,TWA_199900001.77.AS"`;
/** Its AppSKey is valid hex, but the sandbox wants the XML form: a line that only the provider refuses. */
const abp = (eui: string): string =>
  `CREATE_ABP,${eui},04AB0001,SMTC/LoRaMoteA.1_EU,${key},11112222333344445555666677778888,,acme-cs/standard,,,Abp`;

const thresholds = '<alarm004><threshold1 status="ENABLE" level="3" duration="PT12H"/></alarm004>';
/** A row with a text in one more cell; the first column is 0. */
const withCell = (at: number, text: string): string => {
  const cells = ['CREATE_OTAA', first, '', 'SMTC/LoRaMoteA.1_EU', 'A81758FFFE000000', key, '', 'acme-cs/standard'];
  cells[at] = `"${text.replaceAll('"', '""')}"`;
  return Array.from(cells, (cell) => cell ?? '').join(',');
};

const bring = async (call: TestClient['call'], csv: string, mode = 'ADVANCED') =>
  call('change_operation', { operation, input: { query: { networkSubscriptionsHandlingMode: mode }, body: { csv } } });

describe('thingpark.devices.import', () => {
  it('thingpark.devices.import names and counts added and deleted devices and shows no key', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call, asked } = await connectClient({ ...client, person: yes });
    const answer = await bring(call, ['# crates', otaa(first), `DELETE,${fridge}`, otaa(second)].join('\r\n'));
    expect(asked[0]).toContain(
      `${fridge}, ${first}, ${second} (3 devices) on sandbox-thingpark: import a file: DELETE 1 for good with frames, history and alarms; add 2, 2 on plan "acme-cs/standard". Takes plan licences, cost unknown. Cannot be undone.`,
    );
    const { change } = answer.structured;
    expect(change).toMatchObject({
      status: 'applied',
      irreversible: true,
      effects: ['billing', 'destructive', 'disruptive'],
      warnings: [`line 3 deletes ${fridge}`],
      counts: { applied: 3 },
    });
    expect(change.targets[0]).toMatchObject({ device: fridge, before: { name: 'Water meter 1' }, after: { present: 'no' } });
    expect(world.thingpark.devices.has(fridge)).toBe(false);
    expect(world.thingpark.devices.get(first)).toMatchObject({
      name: 'Crate',
      activation: 'OTAA',
      appServers: ['TWA_199982747.1972.AS', 'TWA_199900001.77.AS'],
      notes: { adminLat: 48.9, adminLon: 2.4 },
    });
    const record = await call('get_change', { change: change.id });
    expect([...asked, answer.text, JSON.stringify(answer.structured), JSON.stringify(record.structured)].join('\n')).not.toContain(key);
    expect(countRequests(world, operation)).toBe(1);
  });

  it('an import that only adds is not destructive and can be undone', async () => {
    const { connectClient } = await startTestServer(offered);
    const { call } = await connectClient({ ...client, person: yes });
    const { change } = (await bring(call, otaa(first))).structured;
    expect(change.summary).toBe(
      `${first} (1 device) on sandbox-thingpark: import a file: add 1, 1 on plan "acme-cs/standard". Takes plan licences, cost unknown. Undo: deleting them again, which also deletes their history.`,
    );
    expect(change).toMatchObject({ status: 'applied', irreversible: false, effects: ['billing'] });
  });

  it('an HTTP 200 with failed rows reports each failed device and is partial', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call } = await connectClient({ ...client, person: yes });
    const { change } = (await bring(call, [otaa(first), abp(second), abp(third)].join('\n'))).structured;
    expect(change).toMatchObject({ status: 'partial', explanation: '1 done, 2 failed, 0 not sent.', counts: { applied: 1, failed: 2 } });
    expect(change.targets.map(({ outcome, why }: { outcome: string; why?: string }) => [outcome, why])).toEqual([
      ['applied', undefined],
      ['failed', 'line 2: [400] appKeys is malformed'],
      ['failed', 'line 3: [400] appKeys is malformed'],
    ]);
    expect([...world.thingpark.devices.keys()].filter((eui) => eui.startsWith('A81758FFFE0B'))).toEqual([first]);
    const none = (await bring(call, abp(second))).structured.change;
    expect(none).toMatchObject({ status: 'failed', explanation: 'line 1: [400] appKeys is malformed' });
  });

  it('a lost response to an import is read back device by device and not sent again', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call } = await connectClient({ ...client, person: yes });
    world.faults.arm({ fault: 'lost-answer', operation, skip: 0, times: 1 });
    const { change } = (await bring(call, [otaa(first), abp(second), `DELETE,${fridge}`].join('\n'))).structured;
    expect(change).toMatchObject({ status: 'unknown', counts: { applied: 2, unsure: 1 } });
    expect(change.targets.find(({ device }) => device === second)?.why).toBe('not there when read back');
    expect(countRequests(world, operation)).toBe(1);
  });

  it('an import file given by name keeps its keys out of the chat and the database', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'import-')), 'changes.db');
    const store = sqliteStore(path);
    onTestFinished(() => store.close());
    const adjust = (config: Config): void => void config.secrets.set('crates', `${otaa(first)}\nDELETE,${fridge}`);
    const { connectClient, world } = await startTestServer({ ...offered, store, adjust });
    const { call, asked } = await connectClient({ ...client, person: yes });
    world.faults.arm({ fault: 'lost-answer', operation, skip: 0, times: 1 });
    const input = { query: { networkSubscriptionsHandlingMode: 'ADVANCED' }, body: { csv: { secret: 'crates' } } };
    const answer = await call('change_operation', { operation, input });
    expect(answer.structured.change).toMatchObject({ status: 'applied', counts: { applied: 2 } });
    expect([...asked, answer.text, JSON.stringify(answer.structured)].join('\n')).not.toContain(key);
    const written = readdirSync(dirname(path)).map((name) => readFileSync(join(dirname(path), name), 'latin1'));
    expect(written.join('')).toContain(first);
    expect(written.join('')).not.toContain(key);
  });

  it('thingpark.devices.import rejects an invalid file by line number without showing its content', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call, asked } = await connectClient({ ...client, person: yes });
    for (const [csv, said] of [
      ['# nothing\n', 'csv: contains no device'],
      [`REMOVE,${fridge}`, 'csv, line 1: column A takes CREATE_OTAA, CREATE_ABP, UPDATE_OTAA, UPDATE_ABP or DELETE'],
      ['DELETE,*', 'csv, line 1: column B takes a DevEUI of 16 hex digits'],
      [`DELETE,${fridge}\n\nDELETE,${fridge.toLowerCase()}`, `csv, line 3: ${fridge} appears twice`],
      ['CREATE_CELLULAR,359000001200091', 'csv, line 1: a cellular device gets its EUI from the platform'],
      [`CREATE_OTAA,${first},,${key}`, 'csv, line 1: column D holds what looks like a key'],
      [`# crates\nCREATE_OTAA;${first};"open;${key}`, 'csv, line 2: a quoted cell begins and ends with ", and a " inside it is doubled'],
      ['DELETE;8.91E+18', 'csv, line 1: column B was turned into a number such as 8.91E+18 by a spreadsheet'],
      ['DELETE,7.012345678901e15', 'csv, line 1: column B was turned into a number'],
      [`DELETE,'${fridge}`, 'csv, line 1: column B begins with an apostrophe of a spreadsheet'],
      ['DELETE,81758000000001', 'csv, line 1: column B has 14 of 16 digits: a spreadsheet drops leading zeros'],
      [otaa(first).replace(key, '1.02030405060708E+30'), 'csv, line 1: column F was turned into a number'],
      [otaa(first).replace('Crate', '"Cra\nte\u0007"'), 'csv, line 1: column K holds a control character'],
      [
        `sep=;\n${otaa(second)}\n\n${otaa(first, 'SMTC/LoRaMoteA.1_E')}`.replaceAll(',', ';').replaceAll('AS;TWA', 'AS,TWA'),
        'csv, line 4: column D: there is no "SMTC/LoRaMoteA.1_E", nearest is SMTC/LoRaMoteA.1_EU. Nothing was sent. There are:',
      ],
      [otaa(first, 'CUSTOM/LTE_Dongle'), 'csv, line 1: column D: CUSTOM/LTE_Dongle is a CELLULAR model. Take a LORAWAN model.'],
      [
        `${otaa(second)}\n${otaa(first).replace('TWA_199900001.77.AS', 'TWA_1.1.AS')}`,
        'csv, line 2: column T: there is no "TWA_1.1.AS", nearest is TWA_199900001.81.AS',
      ],
      [`${otaa(second)}\n${otaa(first).replace('acme-cs/standard', 'no-plan')}`, 'csv, line 2: column H: there is no "no-plan"'],
      [withCell(16, 'FLYING'), 'csv, line 1: column Q takes NEAR_STATIC, WALKING_SPEED, BIKE_SPEED, VEHICLE_SPEED or RANDOM'],
      [
        withCell(14, 'x'),
        'csv, line 1: column O takes alarm thresholds as XML. Example: <alarm004><threshold1 status="ENABLE" level="3" duration="PT12H"/>',
      ],
      [withCell(14, thresholds.replace('level="3"', 'level="9"')), 'csv, line 1: column O takes alarm levels from 2 to 6.'],
      [withCell(14, thresholds.replace('PT12H', 'P90D')), 'csv, line 1: column O takes durations from PT1H to P30D.'],
      [
        withCell(14, thresholds.replace('threshold1', 'threshold2')),
        'csv, line 1: column O takes threshold2 only together with threshold1.',
      ],
      [withCell(26, '\u0007'), 'csv, line 1: column AA holds a control character'],
      [withCell(27, 'x'), 'csv, line 1: column AB is beyond the last column, AA'],
      [withCell(53, 'x'), 'csv, line 1: column BB is beyond the last column, AA'],
      [otaa(fridge), `${fridge} (line 1): already there as "Water meter 1"`],
      [`${otaa(first)}\nDELETE,A81758FFFE0AFFFF`, 'A81758FFFE0AFFFF (line 2): there is no such device'],
      [otaa(first).replace('acme-cs/standard', 'acme-cs/trial'), 'csv, line 1: column H: acme-cs/trial has no licence left (5 of 5 used)'],
    ] as const) {
      const { text, isError } = await bring(call, csv);
      expect(isError, csv).toBe(true);
      expect(text).toContain(said);
      expect(text).not.toContain(key);
    }
    expect(asked).toEqual([]);
    expect(countRequests(world, operation)).toBe(0);
  });

  const sentBy = (cells: string): string => `CREATE_OTAA,${first},,SMTC/LoRaMoteA.1_EU,A81758FFFE000000,${key},,acme-cs/standard,${cells}`;

  it.each([
    ['semicolons, a byte order mark and a header row', `\ufeffDirective;DevEUI;DevAddr;Model\n${sentBy(',,Crate').replaceAll(',', ';')}`],
    ['a first line sep=;', `\ufeffsep=;\r\n${sentBy(',,Crate').replaceAll(',', ';')}`],
    ['thresholds and a motion indicator', `${sentBy(`,,Crate,,,,"${thresholds.replaceAll('"', '""')}",,near static`)}`],
    ['tabs and CRLF', `${sentBy(',,Crate').replaceAll(',', '\t')}\r\n`],
    ['blank rows and comments', `# a, "comment\n,,,,\n${sentBy(',,Crate')}\n;;;\n\n`],
    [
      'dashes in EUI and key',
      sentBy(',,Crate')
        .replace(first, 'A8-17-58-FF-FE-0B-00-01')
        .replace(key, key.replace(/(..)(?=.)/g, '$1-')),
    ],
    ['a quoted line break', sentBy(',,"Crate\n",,,"beside\nthe door"')],
    ['a place with decimal commas', sentBy(',,Crate,"48,8566","2,35"')],
    ['an onboarding tag', `CREATE_OTAA,LW:D0:A81758FFFE000000:${first}:00410001:PX,,,,${key},,acme-cs/standard,,,Crate`],
  ])('an import file with %s adds the device as it says', async (_, csv) => {
    const { connectClient, world } = await startTestServer(offered);
    const { call } = await connectClient({ ...client, person: yes });
    const { change } = (await bring(call, csv)).structured;
    expect(change).toMatchObject({ status: 'applied', effects: ['billing'], counts: { applied: 1 } });
    expect(world.thingpark.devices.get(first)).toMatchObject({
      name: 'Crate',
      model: 'SMTC/LoRaMoteA.1_EU',
      plan: 'acme-cs/standard',
      appEUI: 'A81758FFFE000000',
      notes: csv.includes('48,8566')
        ? { adminLat: 48.8566, adminLon: 2.35 }
        : csv.includes('door')
          ? { customerAdminData: 'beside the door' }
          : {},
    });
  });

  it('UPDATE_OTAA changes what its row names, and shows what it was', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call, asked } = await connectClient({ ...client, person: yes });
    const { change } = (await bring(call, `UPDATE_OTAA,${fridge},,,,,,,,,Meter A,48.9,2.4`)).structured;
    expect(asked[0]).toContain('import a file: change 1. Cost unknown');
    expect(change).toMatchObject({ status: 'applied', effects: ['billing', 'disruptive'] });
    expect(change.targets[0].before).toEqual({ name: 'Water meter 1', latitude: 'none', longitude: 'none', version: '3' });
    expect(world.thingpark.devices.get(fridge)).toMatchObject({ name: 'Meter A', plan: 'acme-cs/standard', notes: { adminLat: 48.9 } });
  });

  it('an imported device that is not as its row asked is not told as applied', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call } = await connectClient({ ...client, person: yes });
    const keep = world.thingpark.devices.set.bind(world.thingpark.devices);
    world.thingpark.devices.set = (eui, device) => keep(eui, { ...device, notes: {} });
    const { change } = (await bring(call, otaa(first))).structured;
    expect(change.status).toBe('failed');
    expect(change.targets[0].why).toBe(
      'it was added, but not as asked: latitude is none, asked was 48.9; longitude is none, asked was 2.4',
    );
  });

  it.each([
    [sentBy(',,Crate,148.85,2.35'), 'line 1: column L takes a latitude in decimal degrees from -90 to 90. Example: 48.8566'],
    [sentBy(',,Crate,north,2.35'), 'line 1: column L takes a latitude'],
    [sentBy(',,Crate,48.85,'), 'line 1: columns L and M take latitude and longitude together'],
    [sentBy(',,Crate').replace(key, key.slice(2)), 'line 1: column F takes an AppKey of 32 hex digits and holds 30 hex digits'],
    [sentBy(',,Crate').replace(key, fridge), 'line 1: column F takes an AppKey of 32 hex digits and holds 16 hex digits, an EUI'],
    [
      sentBy(',,Crate').replace('A81758FFFE000000', key),
      'line 1: column E takes an AppEUI (JoinEUI) of 16 hex digits and holds 32 hex digits',
    ],
    [`CREATE_ABP,${first},04AB0001,SMTC/LoRaMoteA.1_EU`, 'line 1: column E takes an NwkSKey of 32 hex digits and is empty'],
    [`CREATE_ABP,${first},,SMTC/LoRaMoteA.1_EU,${key}`, 'line 1: column C takes a DevAddr of 8 hex digits and is empty'],
    [`CREATE_OTAA,${first}`, 'line 1: column D takes the device model'],
    [`${otaa(first)}\rDELETE,A81758FFFE0AFFFF`, 'A81758FFFE0AFFFF (line 2): there is no such device'],
    [sentBy(',,"Cr\u0007ate"'), 'line 1: column K holds a control character'],
    [`UPDATE_OTAA,LW:D0:A81758FFFE000000:${first}:00410001`, 'line 1: column B takes an onboarding tag only with CREATE_OTAA'],
    [`CREATE_OTAA,"${first}`, 'line 1: a quoted cell begins and ends with "'],
  ])('an import cell is checked before a person is asked: %j', async (csv, said) => {
    const { connectClient } = await startTestServer(offered);
    const { call, asked } = await connectClient({ ...client, person: yes });
    const { text, isError } = await bring(call, csv);
    expect(isError).toBe(true);
    expect(text).toContain(said);
    expect(text).not.toContain(key.slice(2));
    expect(asked).toEqual([]);
  });

  it.each([
    ['0'.repeat(32), `line 1, ${first}: AppKey (column F) is all zeros`],
    ['2B7E151628AED2A6ABF7158809CF4F3C', `line 1, ${first}: AppKey (column F) is a test key of public documents`],
  ])('an import with the implausible key %s is planned with a warning', async (implausible, warning) => {
    const { connectClient } = await startTestServer(offered);
    const { call } = await connectClient({ ...client, person: yes });
    expect((await bring(call, sentBy(',,Crate').replace(key, implausible))).structured.change.warnings).toEqual([warning]);
  });

  it('an import file with semicolons, quotes and a byte order mark is sent as it was understood', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call, asked } = await connectClient({ ...client, person: yes });
    const row = `CREATE_OTAA;${first};;SMTC/LoRaMoteA.1_EU;A81758FFFE000000;${key};;acme-cs/standard;;;"Crate; ""A""";48.9;2.4;;;;;;;"TWA_199982747.1972.AS,TWA_199900001.77.AS"`;
    const { change } = (await bring(call, `\ufeff# crates ${key}\r\n\r\n${row}\rDELETE;${fridge}\r\n`)).structured;
    expect(asked[0]).toContain(`${fridge}, ${first} (2 devices)`);
    expect(change).toMatchObject({ status: 'applied', counts: { applied: 2 }, warnings: [`line 4 deletes ${fridge}`] });
    expect(world.thingpark.devices.get(first)).toMatchObject({
      name: 'Crate; "A"',
      appServers: ['TWA_199982747.1972.AS', 'TWA_199900001.77.AS'],
    });
    expect(world.thingpark.devices.has(fridge)).toBe(false);
  });

  it('the stored change of an import has no keys, whatever the delimiter and the quotes', () => {
    const kept = `CREATE_OTAA,${first}\nDELETE,${fridge}`;
    for (const delimiter of [';', '\t', '|']) {
      const csv = `CREATE_OTAA${delimiter}${first}${delimiter}${delimiter}m${delimiter}"${key}"\nDELETE${delimiter}${fridge}`;
      expect(withoutSecrets({ body: { csv } })).toEqual({ body: { csv: kept } });
    }
    for (const csv of [
      `CREATE_OTAA|${first}|${key}`,
      `CREATE_OTAA,${key}`,
      `CREATE_OTAA,"${first},${key}`,
      `${key.slice(1)},${key.slice(1)}`,
    ])
      expect(JSON.stringify(withoutSecrets({ body: { csv } }))).not.toContain(key.slice(1));
    const deletions = `DELETE,${fridge}\n\nDELETE,${first}\n`;
    expect(withoutSecrets({ body: { csv: deletions } })).toEqual({ body: { csv: deletions } });
  });

  it('the stored change of an import has no keys', () => {
    const csv = `# ${key}\n${otaa(first)}\nDELETE,${fridge}`;
    expect(withoutSecrets({ body: { csv } })).toEqual({ body: { csv: `#\nCREATE_OTAA,${first}\nDELETE,${fridge}` } });
  });

  it('a LoRaWAN QR code is parsed into the arguments of add_lorawan_device', async () => {
    const { connectClient } = await startTestServer(offered);
    const { call } = await connectClient(client);
    const input = { body: `LW:D0:A81758FFFE000000:${first}:00410001` };
    const read = await call('read_operation', { operation: 'thingpark.devices.readOnboardingTag', input });
    expect(read.structured.reply.device).toMatchObject({ EUI: first, activation: 'OTAA', appEUI: 'A81758FFFE000000' });
  });
});
