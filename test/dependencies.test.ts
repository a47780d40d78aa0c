/** Dependencies between the layers of src/ point one way, and each package is imported in one place. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

import { providerNames } from './support/providers.ts';

const src = resolve(import.meta.dirname, '../src');

interface Import {
  from: string;
  to: string;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.replaceAll('\\', '/'));

/** Every import of a source file, static, dynamic or type-only: ours as a path below src, packages by name. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(src, file), 'utf8').replace(/^\s*(\/\*\*|\*|\/\/).*$/gm, '');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^'\n;()]+)'/g)].map((match) => {
    const target = match[1] as string;
    return { from: file, to: target.startsWith('.') ? relative(src, resolve(src, dirname(file), target)).replaceAll('\\', '/') : target };
  });
}

const imports = files.flatMap(importsOf);
const ours = imports.filter(({ to }) => files.includes(to));

/** The layer of a file: its folder, or its own name at the top. `config.ts` and `config/` are one layer. */
const layerOf = (file: string): string => (file.split('/')[0] as string).replace(/\.ts$/, '');

const base = ['durations', 'vocabulary', 'clock', 'time-slots', 'text', 'log'];
const upToChanges = [...base, 'clients', 'fleet', 'store', 'approvers', 'changes'];
const upToTools = [...upToChanges, 'tools', 'resources', 'prompts'];

/** The layers that a layer may import; its own files always. */
const allowed: Record<string, readonly string[]> = {
  durations: [],
  vocabulary: ['durations'],
  clock: ['durations'],
  'time-slots': ['durations', 'vocabulary'],
  text: ['durations'],
  log: [],
  clients: base,
  store: base,
  fleet: [...base, 'clients'],
  approvers: [...base, 'clients', 'store'],
  changes: upToChanges,
  tools: upToChanges,
  resources: upToChanges,
  prompts: upToChanges,
  web: upToChanges,
  sandbox: [...base, 'clients'],
  providers: [...upToTools, 'sandbox'],
  'tool-surface': ['providers'],
  'environment-variables': ['providers'],
  // It reads the eager parts of the providers, and loads the program.
  'fast-start': ['text', 'log', 'providers', 'tool-surface', 'environment-variables', 'main'],
  config: [...upToTools, 'providers', 'environment-variables'],
  server: [...upToTools, 'providers', 'sandbox', 'config', 'tool-surface'],
  setup: [...base, 'clients', 'approvers', 'providers', 'config', 'environment-variables'],
  doctor: [...upToTools, 'providers', 'config', 'environment-variables', 'server', 'tool-surface', 'web'],
  commands: ['*'],
  // Each command is loaded when it is called.
  main: ['tool-surface', 'commands'],
};

describe('layers', () => {
  it('every layer has a rule', () => {
    expect([...new Set(files.map(layerOf))].filter((name) => !(name in allowed))).toEqual([]);
  });

  it('imports between layers point one way', () => {
    const wrong = ours.filter(({ from, to }) => {
      const may = allowed[layerOf(from)] ?? [];
      return layerOf(from) !== layerOf(to) && !may.includes('*') && !may.includes(layerOf(to));
    });
    expect(wrong).toEqual([]);
  });

  it('no files import each other in a cycle, type-only imports included', () => {
    expect(cycles()).toEqual([]);
  });

  it('a provider never imports another one', () => {
    const providerOf = (file: string): string | undefined =>
      providerNames.find((name) => file.split('/').some((part) => part === name || part === `${name}.ts`));
    const wrong = ours.filter(({ from, to }) => {
      const [own, other] = [providerOf(from), providerOf(to)];
      return own && other && own !== other;
    });
    expect(wrong).toEqual([]);
  });

  it('only providers/index.ts lists the providers', () => {
    const modules = providerNames.map((name) => `providers/${name}.ts`);
    expect(ours.filter(({ from, to }) => modules.includes(to) && from !== 'providers/index.ts')).toEqual([]);
  });

  it('outside the folders of a provider, only the layers above know a provider by its name', () => {
    const named = files.filter((file) => {
      if (providerNames.some((name) => file.split('/').some((part) => part.replace(/\.ts$/, '') === name))) return false;
      const code = readFileSync(join(src, file), 'utf8').replace(/^\s*(\/\*\*|\*|\/\/).*$/gm, '');
      return providerNames.some((name) => new RegExp(`\\b${name}\\b`).test(code));
    });
    expect(named.sort()).toEqual(namesAProvider);
  });

  it('the sandbox imports contracts, not the code that calls them', () => {
    const calling = ['clients/connect.ts', 'clients/http/retry.ts', 'clients/http/pagination.ts', 'clients/http/live-fetch.ts'];
    expect(ours.filter(({ from, to }) => from.startsWith('sandbox/') && (calling.includes(to) || /\/adapter\.ts$/.test(to)))).toEqual([]);
  });
});

/** Files outside a provider's folders that name one, each with its reason. */
const namesAProvider = [
  // Examples of operation ids, connection names and addresses in texts for people.
  'changes/rules/parse-rule-set.ts',
  'config/schema.ts',
  'config/urls.ts',
  'providers/index.ts',
  'setup/answers.ts',
  'tools/changes/apply-change.ts',
  'tools/operations/change-operation.ts',
  'tools/operations/read-operation.ts',
];

/** The groups of files that reach each other by imports (Tarjan's strongly connected components with more than one file). */
function cycles(): string[][] {
  const next = Map.groupBy(ours, ({ from }) => from);
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): void => {
    order.set(file, order.size);
    low.set(file, order.size - 1);
    stack.push(file);
    for (const { to } of next.get(file) ?? []) {
      if (!order.has(to)) visit(to);
      if (stack.includes(to)) low.set(file, Math.min(low.get(file) ?? 0, low.get(to) ?? 0, order.get(to) ?? 0));
    }
    if (low.get(file) !== order.get(file)) return;
    const group = stack.splice(stack.indexOf(file));
    if (group.length > 1) found.push(group.sort());
  };
  for (const file of files) if (!order.has(file)) visit(file);
  return found;
}

describe('packages', () => {
  /** The files that may import a package; none: it is for tests and tools. */
  const importers: Record<string, RegExp> = {
    '@modelcontextprotocol/server':
      /^(server\.ts|server\/(completions|product-server)\.ts|commands\/stdio\.ts|web\/.*|tools\/(register|tool-listing|results|change-call|server-surface|tasks)\.ts|resources\/register\.ts|prompts\/register\.ts)$/,
    undici: /^clients\/http\/undici\.ts$/,
    hono: /^web\//,
    '@hono/node-server': /^web\//,
    commander: /^(main|commands\/options)\.ts$/,
    'csv-parse': /^text\/csv\.ts$/,
    'csv-stringify': /^text\/csv\.ts$/,
    otpauth: /^approvers\//,
    pg: /^store\/postgres\//,
    yaml: /^changes\/rules\/(parse-rule-set|policy-file-error)\.ts$/,
    esbuild: /^$/,
    msw: /^$/,
    '@modelcontextprotocol/client': /^$/,
    '@modelcontextprotocol/sdk': /^$/,
  };

  it('each package is imported only by its own files', () => {
    const wrong = imports.filter(({ from, to }) => {
      const rule = Object.entries(importers).find(([name]) => to === name || to.startsWith(`${name}/`));
      return rule && !rule[1].test(from);
    });
    expect(wrong).toEqual([]);
  });

  it('no other package is used than the listed ones', () => {
    // Of our own package.json, the version.
    const known = [...Object.keys(importers), 'zod', '../package.json'];
    const strange = imports.filter(
      ({ to }) => !to.startsWith('node:') && !files.includes(to) && !known.some((name) => to === name || to.startsWith(`${name}/`)),
    );
    expect(strange).toEqual([]);
  });
});

describe('globals', () => {
  it('only fast-start and commands that print write to stdout, which belongs to the protocol', () => {
    const writers = files.filter((file) => /console\.log|process\.stdout/.test(readFileSync(join(src, file), 'utf8')));
    expect(writers.sort()).toEqual(['commands/print.ts', 'fast-start/handover.ts', 'fast-start/index.ts']);
  });

  it('only the log writes to stderr, besides commands that ask at the terminal', () => {
    const writers = files.filter((file) => /console\.(error|warn)|process\.stderr/.test(readFileSync(join(src, file), 'utf8')));
    expect(writers.sort()).toEqual(['commands/approvals.ts', 'commands/approver.ts', 'commands/init.ts', 'log.ts']);
  });

  it('time, randomness and fetch are passed in', () => {
    const own = files.filter((file) =>
      /Date\.now\(\)|new Date\(\)|Math\.random\(\)|(?:await|return|=>)\s+fetch\(|globalThis\.fetch/.test(
        readFileSync(join(src, file), 'utf8').replace(/^\s*(\*|\/\/).*$/gm, ''),
      ),
    );
    expect(own.filter((file) => !['clock.ts'].includes(file))).toEqual([]);
  });
});
