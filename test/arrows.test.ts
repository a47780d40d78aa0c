import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const src = resolve(import.meta.dirname, '../src');

interface Import {
  from: string;
  to: string;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.replaceAll('\\', '/'));

/** Every import of a source file, static, dynamic or of a type: ours as a path below src, packages by name. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(src, file), 'utf8').replace(/^\s*(\/\*\*|\*|\/\/).*$/gm, '');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^'\n;()]+)'/g)].map((match) => {
    const target = match[1] as string;
    return { from: file, to: target.startsWith('.') ? relative(src, resolve(src, dirname(file), target)).replaceAll('\\', '/') : target };
  });
}

const imports = files.flatMap(importsOf);

/** The room of a file: its folder, or itself at the top. */
const room = (file: string): string => (file.includes('/') ? (file.split('/')[0] as string) : file);
const ours = imports.filter(({ to }) => files.includes(to));
const ground = ['vocabulary.ts', 'clock.ts', 'time-slots.ts', 'text'];

// Which rooms a room may look into; itself always.
const allowed: Record<string, readonly string[]> = {
  'vocabulary.ts': [],
  'clock.ts': [],
  'time-slots.ts': ['vocabulary.ts'],
  text: [],
  clients: ground,
  store: [...ground],
  fleet: [...ground, 'clients'],
  approvers: [...ground, 'clients', 'store'],
  changes: [...ground, 'clients', 'fleet', 'store', 'approvers'],
  tools: [...ground, 'clients', 'fleet', 'store', 'approvers', 'changes'],
  resources: [...ground, 'clients', 'fleet', 'store', 'changes'],
  prompts: [...ground, 'clients', 'fleet', 'store', 'changes'],
  web: [...ground, 'clients', 'fleet', 'store', 'changes', 'approvers'],
  sandbox: [...ground, 'clients'],
  'surface.ts': ['vocabulary.ts'],
  'settings.ts': ['vocabulary.ts'],
  // The front loads the program behind it, and hands over what it has read.
  front: ['vocabulary.ts', 'surface.ts', 'settings.ts', 'main.ts'],
  'config.ts': ['vocabulary.ts', 'settings.ts', 'clients', 'changes', 'approvers', 'tools', 'web'],
  'server.ts': ['*'],
  commands: ['*'],
  // Every command is loaded when it is called: the table itself stands on nothing.
  'main.ts': ['surface.ts', 'commands'],
};

describe('arrows', () => {
  it('every room has its rule', () => {
    expect([...new Set(files.map(room))].filter((name) => !(name in allowed))).toEqual([]);
  });

  it('point one way', () => {
    const wrong = ours.filter(({ from, to }) => {
      const may = allowed[room(from)] ?? [];
      return room(from) !== room(to) && !may.includes('*') && !may.includes(room(to));
    });
    expect(wrong).toEqual([]);
  });

  it('nobody but the composition root, the commands and the bin look into server, config, commands or main', () => {
    const top = ['server.ts', 'config.ts', 'commands', 'main.ts'];
    const wrong = ours.filter(
      ({ from, to }) => top.includes(room(to)) && ![...top, 'front/index.ts'].includes(room(from) === 'front' ? from : room(from)),
    );
    expect(wrong).toEqual([]);
  });

  it('a provider never imports another one', () => {
    const provider = (file: string): string | undefined =>
      /^(?:clients|sandbox|changes|tools)\/(thingpark|thingspace|iotx)\//.exec(file)?.[1];
    const wrong = ours.filter(({ from, to }) => {
      const [mine, other] = [provider(from), provider(to)];
      return mine && other && mine !== other;
    });
    expect(wrong).toEqual([]);
  });

  it('the sandbox knows contracts, not how they are called', () => {
    const machinery = ['clients/connect.ts', 'clients/http/retry.ts', 'clients/http/pages.ts', 'clients/http/live-fetch.ts'];
    expect(ours.filter(({ from, to }) => from.startsWith('sandbox/') && (machinery.includes(to) || /dialect/.test(to)))).toEqual([]);
  });

  it('tools, resources, prompts and web do not see the sandbox', () => {
    expect(
      ours.filter(({ from, to }) => /^(tools|resources|prompts|web|changes|fleet|clients)\//.test(from) && to.startsWith('sandbox/')),
    ).toEqual([]);
  });
});

describe('doors to packages', () => {
  const doors: Record<string, RegExp> = {
    '@modelcontextprotocol/server':
      /^(server\.ts|commands\/stdio\.ts|web\/.*|tools\/register\.ts|resources\/register\.ts|prompts\/register\.ts)$/,
    undici: /^clients\/http\/undici\.ts$/,
    hono: /^web\//,
    '@hono/node-server': /^web\//,
    commander: /^(main|commands\/options)\.ts$/,
    otpauth: /^approvers\//,
    yaml: /^changes\/rules\/(parse-rulebook|policy-problem)\.ts$/,
    esbuild: /^$/,
    msw: /^$/,
    '@modelcontextprotocol/client': /^$/,
    '@modelcontextprotocol/sdk': /^$/,
  };

  it('each package comes in through its own door', () => {
    const wrong = imports.filter(({ from, to }) => {
      const door = Object.entries(doors).find(([name]) => to === name || to.startsWith(`${name}/`));
      return door && !door[1].test(from);
    });
    expect(wrong).toEqual([]);
  });

  it('no other package is used than the listed ones', () => {
    const known = [...Object.keys(doors), 'zod'];
    const strange = imports.filter(
      ({ to }) => !to.startsWith('node:') && !files.includes(to) && !known.some((name) => to === name || to.startsWith(`${name}/`)),
    );
    expect(strange).toEqual([]);
  });
});

describe('habits', () => {
  it('stdout belongs to the protocol: only the front, and commands that are asked to print, write to it', () => {
    const writers = files.filter((file) => /console\.log|process\.stdout/.test(readFileSync(join(src, file), 'utf8')));
    expect(writers.sort()).toEqual([
      ...['approvals', 'approver', 'audit', 'console-link', 'policy', 'tools'].map((name) => `commands/${name}.ts`),
      'front/early.ts',
      'front/index.ts',
    ]);
  });

  it('time, chance and fetch are handed in', () => {
    const own = files.filter((file) =>
      /Date\.now\(\)|new Date\(\)|Math\.random\(\)|(?:await|return|=>)\s+fetch\(|globalThis\.fetch/.test(
        readFileSync(join(src, file), 'utf8').replace(/^\s*(\*|\/\/).*$/gm, ''),
      ),
    );
    expect(own.filter((file) => !['clock.ts'].includes(file))).toEqual([]);
  });
});
