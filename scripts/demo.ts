/** Runs six jobs of an operator through a real MCP client over stdio and prints the calls, the questions to the person and the answers. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const width = 128;

/** Fixed time and seed, one call after another: every run prints the same bytes. */
const sandboxFlags = ['--clock', '2026-11-22T08:00:00Z', '--seed', '1', '--fleet', '24'];

/** The session as text: what the operator asks for, each call, each question with its answer, each result. */
export async function demoSession(): Promise<string> {
  const lines: string[] = [];
  const box = await mkdtemp(join(tmpdir(), 'demo-'));
  const secrets = join(box, 'secrets.json');
  await writeFile(secrets, JSON.stringify({ 'fridge-17': '00112233445566778899AABBCCDDEEFF' }));
  const client = new Client(
    { name: 'demo', version: '1' },
    { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: 'auto' } },
  );
  client.setRequestHandler('elicitation/create', async ({ params }) => {
    lines.push(...wrapped(params.message, '  ? '), '  Operator: yes');
    return { action: 'accept', content: { approve: true } };
  });
  let change = '';
  const call = async (tool: string, args: Record<string, unknown>): Promise<void> => {
    lines.push(...wrapped(`${tool} ${spaced(args)}`, '> '));
    const result = await client.callTool({ name: tool, arguments: args });
    const first = Array.isArray(result.content) ? result.content[0] : undefined;
    if (!first || !('text' in first) || result.isError) throw new Error(`the demo's ${tool} failed: ${JSON.stringify(result)}`);
    change = /\bchg_\w+/.exec(String(first.text))?.[0] ?? change;
    lines.push(...wrapped(aligned(String(first.text)), '  '));
  };
  const request = (text: string): void => void lines.push(...(lines.length > 0 ? [''] : []), `Operator: ${text}`);
  try {
    const env = { ...process.env, IOT_OPS_SECRETS_FILE: secrets } as Record<string, string>;
    await client.connect(new StdioClientTransport({ command: process.execPath, args: [main, ...sandboxFlags], env, stderr: 'inherit' }));

    request('Which LoRaWAN devices are there?');
    await call('list_devices', { provider: 'thingpark', limit: 4 });

    request('Add the new fridge sensor. Its key is in the secrets file.');
    await call('add_lorawan_device', {
      name: 'Fridge 17',
      devEui: 'A8-17-58-FF-FE-0B-00-01',
      model: 'SMTC/LoRaMoteA.1_EU',
      activation: 'OTAA',
      joinEui: 'A81758FFFE000000',
      appKey: { secret: 'fridge-17' },
    });

    request('What did the silo send in the last three days?');
    await call('get_traffic_history', { device: 'A81758FFFE0A0004', period: 'P3D', step: 'P1D', timezone: 'Europe/Paris' });

    request('Order a subscription for a thousand more devices.');
    await call('create_order', { offer: 'acme-vendor/lorawan-1000', processingStrategy: 'ROUTE' });

    request('Activate the SIM of the gate on the small plan, ZIP code 98801. Tell me when it is active.');
    await call('activate_sim', {
      sims: [{ iccid: '89148000000078000131', imei: '356938035643809' }],
      servicePlan: 'IOTLOW5MB',
      zipCode: '98801',
    });
    await call('get_change', { change, waitSeconds: 30 });

    request('Disable SMS for this subscriber.');
    await call('toggle_product', { subscribers: ['8944990000001000010'], product: 'SMS MO/MT', action: 'disable' });
  } finally {
    await client.close();
    await rm(box, { recursive: true });
  }
  return lines.join('\n');
}

/** JSON on one line, with spaces at which it can be wrapped. */
function spaced(value: unknown): string {
  return JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ');
}

/** Aligns tables: tab-separated cells of neighbouring lines become columns. */
function aligned(text: string): string {
  const rows = text.split('\n').map((line) => line.split('\t'));
  return rows
    .map((row, i) => {
      let [first, last] = [i, i];
      while (rows[first - 1]?.length === row.length) first -= 1;
      while (rows[last + 1]?.length === row.length) last += 1;
      const table = rows.slice(first, last + 1);
      return row
        .map((cell, n) => (n === row.length - 1 ? cell : cell.padEnd(Math.max(...table.map((one) => one[n]?.length ?? 0)))))
        .join('  ');
    })
    .join('\n');
}

/** Every line after its mark, wrapped at spaces where it is too long. */
function wrapped(text: string, mark: string): string[] {
  const indent = ' '.repeat(mark.length + 2);
  return text.split('\n').flatMap((line, i) => {
    const rows: string[] = [];
    let [before, rest] = [i === 0 ? mark : ' '.repeat(mark.length), line];
    while (before.length + rest.length > width) {
      const space = rest.lastIndexOf(' ', width - before.length);
      const end = space > 0 ? space : width - before.length;
      rows.push(before + rest.slice(0, end));
      [before, rest] = [indent, rest.slice(end).trimStart()];
    }
    return [...rows, before + rest];
  });
}

if (import.meta.main) process.stdout.write(`${await demoSession()}\n`);
