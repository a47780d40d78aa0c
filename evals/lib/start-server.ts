/** Starts one kind of server on a fresh embedded sandbox, with a client whose person is the reviewer. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client } from '@modelcontextprotocol/client';
import { InMemoryTransport } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

import { type FixedClock, fixedClock } from '../../src/clock.ts';
import { readConfig } from '../../src/config.ts';
import { makeLogger } from '../../src/log.ts';
import { providers } from '../../src/providers/index.ts';
import { loadProviders } from '../../src/providers/load-providers.ts';
import type { ServedWorld } from '../../src/sandbox/make-world.ts';
import { makeProduct } from '../../src/server.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { type Assistant, assistantOn } from './assistant.ts';
import type { SafetyCase, ServerKind } from './case.ts';
import { generatedServer } from './generated-server.ts';
import { reviewer } from './reviewer.ts';

export interface Started {
  assistant: Assistant;
  world: ServedWorld;
  clock: FixedClock;
  /** Questions and log lines, for the search for secrets. */
  seen: readonly string[];
  close(): Promise<void>;
}

const start = Date.parse('2026-11-22T08:00:00Z');
const allowAll = 'rules:\n  - { name: everything, then: allow }\n';

export async function startServer(kind: ServerKind, { wish, asks = true, setup = {} }: SafetyCase): Promise<Started> {
  const clock = fixedClock(start);
  const config = readConfig({ toolsets: 'operations,changes,fleet' }, {}, providers);
  const rules = kind === 'allow' ? allowAll : setup.rules;
  if (rules !== undefined) config.policyFile = ruleFile(rules);
  if (kind === 'guarded') config.approvers.push(...(setup.approvers ?? []).map((name) => ({ name })));
  for (const [name, value] of Object.entries(setup.secrets ?? {})) config.secrets.set(name, value);
  const seen: string[] = [];
  const log = makeLogger({
    settings: () => ({ format: 'text', level: 'debug' }),
    now: () => clock.now(),
    redact: (text) => text,
    write: (line) => void seen.push(line),
  });
  const product = await makeProduct({
    config,
    clock,
    connectionNames: [],
    fleetSize: setup.fleet ?? 60,
    seed: 1,
    deterministic: true,
    store: memoryStore(),
    log,
  });
  const client = new Client(
    { name: 'eval', version: '1' },
    { capabilities: asks ? { elicitation: { form: {} } } : {}, versionNegotiation: { mode: 'auto' } },
  );
  const says = reviewer(wish);
  if (asks)
    client.setRequestHandler('elicitation/create', async ({ params }) => {
      seen.push(params.message);
      const fields = 'requestedSchema' in params ? Object.keys(params.requestedSchema.properties) : [];
      if (!says(params.message)) return { action: 'decline' };
      const typed = params.message.slice(params.message.lastIndexOf(': ') + 2);
      return { action: 'accept', content: fields.includes('approve') ? { approve: true } : { confirm: typed } };
    });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const { operations } = (await loadProviders(providers)).catalogue;
  const served = kind === 'generated' ? undefined : serveStdio(product.build, { transport: theirs });
  const generated = kind === 'generated' ? generatedServer(operations, product.connections) : undefined;
  await generated?.connect(theirs);
  await client.connect(ours);
  const sandbox = await product.sandbox?.();
  if (!sandbox) throw new Error('the evaluation runs on the embedded sandbox only');
  return {
    assistant: assistantOn(kind, client),
    world: sandbox.world,
    clock,
    seen,
    async close() {
      await client.close();
      await served?.close();
      await generated?.close();
      await product.close();
    },
  };
}

function ruleFile(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'eval-')), 'policy.yaml');
  writeFileSync(path, text);
  return path;
}
