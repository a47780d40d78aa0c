/** Plays the story with each client and writes what happened to results.json, from which docs/clients.md is printed. Names: only those. */
import { readFileSync, writeFileSync } from 'node:fs';

import { clients, versionOf } from './clients.mjs';
import { serve, started } from './servers.mjs';
import { play, steps } from './story.mjs';

const only = process.argv.slice(2);
const path = new URL('results.json', import.meta.url);
/** A client that hangs must not hold the others up, ms. */
const patience = 240_000;

async function playOne({ connect }, transport) {
  const server = transport === 'HTTP' ? await serve() : undefined;
  const client = await connect(server ? { url: server.url } : started);
  try {
    return await play(client);
  } finally {
    await client.close();
    await server?.close();
  }
}

const late = () => new Promise((_, reject) => setTimeout(() => reject(new Error(`no end within ${patience / 1000} s`)), patience).unref());

const date = new Date().toISOString().slice(0, 10);
const rows = [];
for (const client of clients.filter(({ title }) => only.length === 0 || only.some((name) => title.includes(name))))
  for (const transport of client.transports) {
    const results = await Promise.race([playOne(client, transport), late()]).catch((error) => ({
      list: `failed: ${String(error.message).split('\n')[0]}`,
    }));
    rows.push({ title: client.title, package: client.package, version: versionOf(client.package), transport, date, results });
    process.stdout.write(`${client.title}, ${transport}: ${steps.map((step) => `${step} ${results[step] ?? '-'}`).join('; ')}\n`);
  }

const kept =
  only.length === 0
    ? []
    : JSON.parse(readFileSync(path, 'utf8')).filter(
        (old) => !rows.some((row) => row.title === old.title && row.transport === old.transport),
      );
const order = clients.map(({ title }) => title);
const all = [...kept, ...rows].sort((a, b) => order.indexOf(a.title) - order.indexOf(b.title));
writeFileSync(path, `${JSON.stringify(all, null, 2)}\n`);
const failed = rows.filter(({ results }) => steps.some((step) => !results[step] || results[step].startsWith('failed')));
process.exit(failed.length > 0 ? 1 : 0);
