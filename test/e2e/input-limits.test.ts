/** Input that is too large, too deep or not text is refused at once, wherever a client can send it. */
import { beforeEach, describe, expect, it } from 'vitest';

import { listen } from '../../src/web/listen.ts';
import { startTestServer, type TestClient, yes } from '../support/test-server.ts';

const long = 'x'.repeat(900_000);
const surrogate = 'pump \ud83d';
const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
};

let one: TestClient;
beforeEach(async () => {
  const { connectClient } = await startTestServer({ flags: { toolsets: 'thingpark,thingspace,iotx,fleet,changes,operations' } });
  one = await connectClient({ transport: 'stdio', era: 'auto', person: yes });
});

/** The text of the answer or error, and how long it took, ms. */
async function answerTo(request: Promise<unknown>): Promise<{ text: string; ms: number }> {
  const start = performance.now();
  const answer = await request.catch((error: unknown) => error);
  const text = answer instanceof Error ? answer.message : JSON.stringify(answer);
  return { text, ms: performance.now() - start };
}

describe('the limits of a request', () => {
  const tooLong = 'the call has more than 8000 characters';
  it.each<[string, () => Promise<unknown>, string]>([
    ['a tool name', () => one.call(long), tooLong],
    ['a field name', () => one.call('list_devices', { [long]: 1 }), 'input: has a member whose name is longer than 200 characters'],
    [
      'a field name inside',
      () => one.call('change_operation', { operation: 'x', input: { body: { [long]: 1 } } }),
      'input.body: has a member whose name is longer than 200 characters',
    ],
    ['a resource URI', () => one.client.readResource({ uri: `iot://devices/${long}` }), `uri: ${tooLong}`],
    ['a resource URI with half a character', () => one.client.readResource({ uri: `iot://devices/${surrogate}` }), 'well-formed'],
    ['a prompt name', () => one.client.getPrompt({ name: long }), `name: ${tooLong}`],
    [
      'a prompt argument',
      () => one.client.getPrompt({ name: 'why_is_it_silent', arguments: { device: long } }),
      `arguments.device: ${tooLong}`,
    ],
    [
      'the name of a prompt argument',
      () => one.client.getPrompt({ name: 'why_is_it_silent', arguments: { [long]: 'x' } }),
      'arguments: the call has more than 8000 characters',
    ],
    [
      'a prompt argument with half a character',
      () => one.client.getPrompt({ name: 'why_is_it_silent', arguments: { device: surrogate } }),
      'arguments.device: must be well-formed Unicode text',
    ],
    [
      'a prefix to complete',
      () => one.client.complete({ ref: { type: 'ref/prompt', name: 'why_is_it_silent' }, argument: { name: 'device', value: long } }),
      `argument.value: ${tooLong}`,
    ],
    [
      'a template to complete',
      () => one.client.complete({ ref: { type: 'ref/resource', uri: long }, argument: { name: 'device', value: '' } }),
      `ref.uri: ${tooLong}`,
    ],
    [
      'deep metadata',
      () => one.client.callTool({ name: 'get_policy', arguments: {}, _meta: { x: nested(100_000) } }),
      'x: is nested more than 32 levels deep',
    ],
    [
      '200,001 values',
      () => one.call('read_operation', { operation: 'thingspace.devices.list', input: { body: { list: Array(200_001).fill(1) } } }),
      'input: the call has more than 200000 values',
    ],
    [
      '100,000 levels',
      () => one.call('read_operation', { operation: 'thingspace.devices.list', input: { body: nested(100_000) } }),
      'input: is nested more than 32 levels deep',
    ],
  ])('%s beyond it is refused at once', async (_, request, message) => {
    const { text, ms } = await answerTo(request());
    expect(text).toContain(message);
    expect(text.length).toBeLessThan(1500);
    expect(ms).toBeLessThan(5000);
  });

  const blanks = ' '.repeat(60_000);
  it.each<[string, Record<string, unknown>, string]>([
    ['get_device', { device: blanks }, 'device'],
    ['find_device', { query: '-'.repeat(60_000) }, 'query'],
    ['list_devices', { state: `x${'\n'.repeat(59_999)}` }, 'state'],
    ['suspend_sim', { sims: [{ iccid: blanks }] }, 'sims.0.iccid'],
    ['send_downlink', { device: 'A81758FFFE0A0001', port: 2, payload: blanks }, 'payload'],
    [
      'change_operation',
      { operation: 'thingpark.devices.update', input: { body: { customerAdminData: blanks } } },
      'input.body.customerAdminData',
    ],
  ])('a text of 60,000 characters in a call of %s is refused before it is read', async (tool, args, field) => {
    const { text, isError } = await one.call(tool, args);
    expect(isError).toBe(true);
    expect(text).toBe(
      `${field}: is a text of 60000 characters, and the most is 20000. Nothing was changed. Send a shorter text, e.g. "Pump 17"; identifiers have at most 40 characters.`,
    );
  });

  it('an import file of more characters is read', async () => {
    const file = `CREATE_OTAA,A81758FFFE0B0001,,${'x'.repeat(30_000)}`;
    const { text } = await one.call('change_operation', { operation: 'thingpark.devices.import', input: { body: { csv: file } } });
    expect(text).not.toContain('is a text of');
    expect(text).toContain('column D: there is no "xxxxxxxx');
  });

  it('a refusal says that nothing was changed, and what to do', async () => {
    const { text } = await answerTo(one.call(long));
    expect(text).toContain('name: the call has more than 8000 characters. Nothing was changed. Split it into several calls.');
  });

  it('the longest allowed tool name is answered with a short text and no guess', async () => {
    const { text, ms } = await answerTo(one.call('x'.repeat(7900)));
    expect(text).toContain(`Tool ${'x'.repeat(64)} not found`);
    expect(text).not.toContain('nearest');
    expect(text.length).toBeLessThan(200);
    expect(ms).toBeLessThan(5000);
  });

  it('thousands of unknown fields are answered with the first four and a count', async () => {
    const { text, ms } = await answerTo(
      one.call('list_devices', Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`odd${i}`, 1]))),
    );
    expect(text).toContain('odd3: is not a field of this tool');
    expect(text).toContain('and 4996 more unknown fields');
    expect(text.length).toBeLessThan(3000);
    expect(ms).toBeLessThan(5000);
  });

  it.each<[string, string, Record<string, unknown>]>([
    ['an operation', 'read_operation', { operation: long, input: {} }],
    ['a connection', 'list_devices', { connection: long }],
    ['a query', 'search_operations', { query: long }],
    ['a name to find', 'find_device', { query: long }],
    ['a device', 'get_device', { device: long }],
    ['an identifier', 'suspend_sim', { sims: [{ iccid: long }] }],
    ['a change', 'get_change', { change: long }],
    ['a cursor', 'list_devices', { cursor: long }],
    ['a choice', 'list_changes', { status: long }],
  ])('%s of 900,000 characters in a tool call is answered soon and not repeated', async (_, tool, args) => {
    const { text, ms } = await answerTo(one.call(tool, args));
    expect(text.length).toBeLessThan(3000);
    expect(ms).toBeLessThan(5000);
  });
});

it('HTTP headers of more than 16 kB are refused before anything reads them', async () => {
  const { fetch: handler } = await startTestServer();
  const listening = await listen(handler, '127.0.0.1', 0);
  const answer = await fetch(`${listening.url}/mcp`, { headers: { authorization: `Bearer ${'x'.repeat(100_000)}` } });
  expect(answer.status).toBe(431);
  await listening.close();
});
