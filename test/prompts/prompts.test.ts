/** MCP prompts over both transports and protocol revisions: text, refused arguments, completion, redaction. */
import { ProtocolErrorCode } from '@modelcontextprotocol/client';
import { describe, expect, test } from 'vitest';
import { tools } from '../support/providers.ts';
import { startTestServer, type TestClient, type TestServerOptions } from '../support/test-server.ts';

/** The text of a prompt. */
async function promptText({ client }: TestClient, name: string, given: Record<string, string>): Promise<string> {
  const { messages } = await client.getPrompt({ name, arguments: given });
  expect(messages).toEqual([{ role: 'user', content: { type: 'text', text: expect.any(String) } }]);
  const content = messages[0]?.content;
  return content?.type === 'text' ? content.text : '';
}

async function complete({ client }: TestClient, prompt: string, name: string, value: string, others?: Record<string, string>) {
  const { completion } = await client.complete({
    ref: { type: 'ref/prompt', name: prompt },
    argument: { name, value },
    ...(others ? { context: { arguments: others } } : {}),
  });
  return completion.values;
}

const refused = (message: RegExp) => ({ code: ProtocolErrorCode.InvalidParams, message: expect.stringMatching(message) });

describe.each([
  ['http', 'auto'],
  ['http', 'legacy'],
  ['stdio', 'auto'],
  ['stdio', 'legacy'],
] as const)('%s, protocol %s', (transport, era) => {
  const start = async (options: TestServerOptions = {}) => {
    const running = await startTestServer(options);
    return { ...running, dialled: await running.connectClient({ transport, era }) };
  };

  test('prompts/list has three prompts with a description of every argument', async () => {
    const { dialled } = await start();
    const { prompts } = await dialled.client.listPrompts();
    expect(prompts.map(({ name, arguments: args }) => [name, args?.map((one) => (one.required ? `${one.name}!` : one.name))])).toEqual([
      ['onboard-lorawan-device', ['devEui!', 'model', 'plan', 'name']],
      ['activate-sims', ['iccids!', 'servicePlan', 'zipCode', 'account']],
      ['why-is-it-silent', ['device!']],
    ]);
    for (const { title, description, arguments: args } of prompts) {
      expect([title, description]).toEqual([expect.any(String), expect.any(String)]);
      for (const one of args ?? []) expect(one.description).toMatch(/\w/);
    }
  });

  test('onboard-lorawan-device states the given arguments and asks for the missing ones', async () => {
    const { dialled } = await start();
    const bare = await promptText(dialled, 'onboard-lorawan-device', { devEui: 'A81758FFFE0B0001' });
    expect(bare).toContain('DevEUI A81758FFFE0B0001.');
    expect(bare).toContain('Ask which model it is');
    expect(bare).toContain('Ask which connectivity plan');
    expect(bare).toContain('Do not ask for keys in the chat');
    const full = await promptText(dialled, 'onboard-lorawan-device', {
      devEui: 'A81758FFFE0B0001',
      model: 'SMTC/LoRaMoteA.1_EU',
      plan: 'acme-cs/standard',
      name: 'Fridge',
    });
    expect(full).toContain('to be called Fridge');
    expect(full).toContain('The model is SMTC/LoRaMoteA.1_EU.');
    expect(full).toContain('The connectivity plan is acme-cs/standard.');
    expect(full).not.toContain('Ask which');
  });

  test('activate-sims counts the SIMs and asks for service plan and ZIP code', async () => {
    const { dialled } = await start();
    const bare = await promptText(dialled, 'activate-sims', { iccids: '89148000000078000131, 89148000000078000149' });
    expect(bare).toContain('Activate 2 SIMs: 89148000000078000131, 89148000000078000149.');
    expect(bare).toContain('Show list_service_plans and ask which one.');
    expect(bare).toContain('accepted does not mean active');
    const full = await promptText(dialled, 'activate-sims', { iccids: '89148000000078000131', servicePlan: 'IOTLOW5MB', zipCode: '98801' });
    expect(full).toContain('Activate 1 SIM: ');
    expect(full).toContain('The service plan is IOTLOW5MB.');
    expect(full).toContain('The ZIP code is 98801.');
    expect(await promptText(dialled, 'activate-sims', { iccids: '89148000000078000131', account: '0442000123-00001' })).toContain(
      'of account 0442000123-00001',
    );
  });

  test('why-is-it-silent names no tool that changes anything', async () => {
    const { dialled } = await start();
    const text = await promptText(dialled, 'why-is-it-silent', { device: 'Soil probe 1' });
    expect(text).toContain('Find out why Soil probe 1 is silent. Change nothing.');
    const changing = tools.filter((tool) => tool.kind !== 'read').map((tool) => tool.name);
    expect(changing.filter((name) => text.includes(name))).toEqual([]);
  });

  test('every tool and operation named in a prompt exists', async () => {
    const { dialled } = await start();
    const texts = [
      await promptText(dialled, 'onboard-lorawan-device', { devEui: 'A81758FFFE0B0001' }),
      await promptText(dialled, 'activate-sims', { iccids: '89148000000078000131' }),
      await promptText(dialled, 'why-is-it-silent', { device: '0001' }),
    ].join('\n');
    const names = new Set(texts.match(/\b[a-z]+(?:_[a-z]+)+\b/g));
    expect([...names].filter((name) => !tools.some((tool) => tool.name === name))).toEqual([]);
    expect(names.size).toBeGreaterThan(6);
    for (const operation of new Set(texts.match(/\bthingpark\.\w+\.\w+\b/g))) {
      const found = await dialled.call('read_operation', { operation, input: { query: { connectivity: 'LORAWAN' } } });
      expect(found).toMatchObject({ isError: false });
    }
  });

  test.each([
    ['a required argument left out', 'onboard-lorawan-device', {}, /devEui is required/],
    ['a required argument left empty', 'why-is-it-silent', { device: '  ' }, /device is required/],
    ['an unknown argument', 'onboard-lorawan-device', { devEui: 'A81758FFFE0B0001', modle: 'x' }, /no argument modle, nearest is model/],
    ['an argument over 2000 characters', 'activate-sims', { iccids: '8'.repeat(2001) }, /iccids must have at most 2000 characters/],
    ['an unknown prompt', 'why-is-it-silly', {}, /no prompt why-is-it-silly, nearest is why-is-it-silent/],
  ] as const)('prompts/get answers %s with InvalidParams', async (_, name, given, message) => {
    const { dialled } = await start();
    await expect(dialled.client.getPrompt({ name, arguments: given })).rejects.toMatchObject(refused(message));
  });

  test('onboard-lorawan-device completes models and plans regardless of case', async () => {
    const { dialled } = await start();
    const models = await complete(dialled, 'onboard-lorawan-device', 'model', '');
    expect(models).toContain('SMTC/LoRaMoteA.1_EU');
    expect(await complete(dialled, 'onboard-lorawan-device', 'model', 'smtc/')).toEqual(models.filter((id) => id.startsWith('SMTC/')));
    expect(await complete(dialled, 'onboard-lorawan-device', 'model', 'nobody')).toEqual([]);
    expect(await complete(dialled, 'onboard-lorawan-device', 'plan', 'ACME')).toContain('acme-cs/standard');
  });

  test('activate-sims completes service plans for the given account and returns none without an account', async () => {
    const { dialled } = await start();
    expect(await complete(dialled, 'activate-sims', 'servicePlan', 'iotlow', { account: '0442000123-00001' })).toEqual(['IOTLOW5MB']);
    expect(await complete(dialled, 'activate-sims', 'servicePlan', '', { account: '0000000000-00000' })).toEqual([]);
    expect(await complete(dialled, 'activate-sims', 'servicePlan', '')).toEqual([]);
  });

  test('activate-sims completes the last ICCID of a list', async () => {
    const { dialled } = await start();
    expect(await complete(dialled, 'activate-sims', 'iccids', '8914800000007800013')).toEqual(['89148000000078000131']);
    expect(await complete(dialled, 'activate-sims', 'iccids', '89148000000078000131, 8914800000007800014')).toEqual([
      '89148000000078000131, 89148000000078000149',
    ]);
  });

  test('why-is-it-silent completes devices of every provider', async () => {
    const { dialled } = await start();
    expect(await complete(dialled, 'why-is-it-silent', 'device', 'A81758FFFE0A0002')).toEqual(['A81758FFFE0A0002']);
    expect(await complete(dialled, 'why-is-it-silent', 'device', '8914800000007700003')).toEqual(['89148000000077000037']);
    expect(await complete(dialled, 'why-is-it-silent', 'device', '894499000000100001')).toContain('8944990000001000010');
  });

  test('completion refuses an unknown prompt and returns no values for an unknown argument or a failing provider', async () => {
    const { dialled, world } = await start();
    await expect(complete(dialled, 'why-is-it', 'device', '')).rejects.toMatchObject(refused(/no prompt why-is-it/));
    expect(await complete(dialled, 'why-is-it-silent', 'colour', '')).toEqual([]);
    expect(await complete(dialled, 'onboard-lorawan-device', 'devEui', 'A8')).toEqual([]);
    world.faults.arm({ fault: '500', operation: 'thingpark.deviceProfiles.list', skip: 0, times: 20 });
    expect(await complete(dialled, 'onboard-lorawan-device', 'model', '')).toEqual([]);
  });

  test('without a connection of the provider completion returns no values and the prompt still works', async () => {
    const { dialled } = await start({ only: ['sandbox-iotx'] });
    expect(await complete(dialled, 'onboard-lorawan-device', 'model', '')).toEqual([]);
    expect(await complete(dialled, 'activate-sims', 'servicePlan', '')).toEqual([]);
    expect(await complete(dialled, 'activate-sims', 'iccids', '89')).toEqual([]);
    expect(await promptText(dialled, 'why-is-it-silent', { device: '0010' })).toContain('0010');
  });

  test('prompts/get redacts a known secret in an argument', async () => {
    const appKey = 'FFEEDDCCBBAA99887766554433221100';
    const { dialled } = await start();
    const added = await dialled.call('add_lorawan_device', {
      devEui: 'A81758FFFE0B0001',
      model: 'SMTC/LoRaMoteA.1_EU',
      activation: 'OTAA',
      joinEui: 'A81758FFFE000000',
      name: 'Fridge',
      appKey,
    });
    expect(added.isError).toBe(false);
    const text = await promptText(dialled, 'onboard-lorawan-device', { devEui: 'A81758FFFE0B0002', name: `Fridge ${appKey}` });
    expect(text).not.toContain(appKey);
    expect(text).toContain('[redacted]');
  });
});

test('prompt completion in a fleet of 60,000 devices takes one request per provider', async () => {
  const running = await startTestServer({ fleet: 60_000 });
  const dialled = await running.connectClient({ transport: 'http', era: 'auto' });
  const { world } = running;
  const asking = async (...of: [prompt: string, name: string, value: string, others?: Record<string, string>]) => {
    const from = world.requestLog.length;
    const values = await complete(dialled, ...of);
    expect(values.length).toBeGreaterThan(0);
    return world.requestLog.slice(from).map((one) => one.operation);
  };
  // The first completions include the logins.
  await asking('why-is-it-silent', 'device', '8914800000007800');
  await asking('onboard-lorawan-device', 'model', '');
  expect(await asking('activate-sims', 'iccids', '8914800000007800')).toEqual(['thingspace.devices.list']);
  expect(await asking('onboard-lorawan-device', 'model', 'SMTC')).toEqual(['thingpark.deviceProfiles.list']);
  expect(await asking('onboard-lorawan-device', 'plan', '')).toEqual(['thingpark.networkSubscriptions.list']);
  expect(await asking('activate-sims', 'servicePlan', '', { account: '0442000123-00001' })).toEqual(['thingspace.plans.list']);
  expect((await asking('why-is-it-silent', 'device', '894499000000100')).length).toBeLessThanOrEqual(3);
});
