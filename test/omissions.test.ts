/** What was written but not listed, or listed but not tested: each test names the missing thing. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AnyPlanner } from '../src/changes/planner.ts';
import { isRead } from '../src/clients/http/endpoint.ts';
import type { Prompt } from '../src/prompts/define.ts';
import type { AnyTool } from '../src/tools/define.ts';
import { loaded, operations, planners, providerNames, tools } from './support/providers.ts';

const root = join(import.meta.dirname, '..');

/** The TypeScript files of a folder, without those of folders below it. */
function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((one) => one.isFile() && one.name.endsWith('.ts'))
    .map(({ name }) => `${folder}/${name}`);
}

const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

/** The values that the files of a folder export, each with the file and its name. */
async function exportsOf(folder: string): Promise<{ place: string; value: unknown }[]> {
  const files = filesIn(folder).filter((file) => basename(file) !== 'index.ts');
  const modules = await Promise.all(files.map(async (file) => ({ file, exported: await import(join(root, file)) })));
  return modules.flatMap(({ file, exported }) => Object.entries(exported).map(([name, value]) => ({ place: `${file}: ${name}`, value })));
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isPlanner = (value: unknown): value is AnyPlanner => isObject(value) && 'inspect' in value && 'settleTimeout' in value;
const isTool = (value: unknown): value is AnyTool => isObject(value) && 'toolset' in value && 'kind' in value;
const isPrompt = (value: unknown): value is Prompt => isObject(value) && 'name' in value && 'arguments' in value;

/** Changing operations that are planned as touching the whole connection, each with its reason. */
const withoutPlanner: Readonly<Record<string, string>> = {
  'thingspace.labels.remove': 'removes the labels from every device that has them, and no read shows which those are',
};

describe('a changing operation', () => {
  it('has a planner, is never run, or is listed here with a reason', () => {
    const planned = new Set(planners.map(({ operation }) => operation.id));
    const missing = operations.filter((entry) => !isRead(entry) && !planned.has(entry.id) && !loaded.planners.isNeverRun(entry));
    expect(missing.map(({ id }) => id).sort()).toEqual(Object.keys(withoutPlanner).sort());
  });
});

describe.each(providerNames)('%s', (provider) => {
  it('lists every planner that a file of changes/ exports in its index', async () => {
    const listed = new Set(loaded.layersOf(provider).planners);
    const exported = (await exportsOf(`src/changes/${provider}`)).filter(({ value }) => isPlanner(value));
    expect(exported.filter(({ value }) => !listed.has(value as AnyPlanner)).map(({ place }) => place)).toEqual([]);
  });

  it('lists every tool that a file of tools/ exports in its index', async () => {
    const listed = new Set(loaded.layersOf(provider).tools);
    const exported = (await exportsOf(`src/tools/${provider}`)).filter(({ value }) => isTool(value));
    expect(exported.filter(({ value }) => !listed.has(value as AnyTool)).map(({ place }) => place)).toEqual([]);
  });

  it('has a pinned request of every operation in test/clients/', () => {
    const pins = filesIn(`test/clients/${provider}`)
      .filter((file) => basename(file) !== 'inventory.test.ts')
      .map(textOf)
      .join('\n');
    const own = Object.entries(loaded.layersOf(provider).client.contracts).flatMap(([noun, entries]) =>
      Object.keys(entries).map((verb) => `${noun}.${verb}`),
    );
    expect(own.filter((name) => !new RegExp(`\\b${name}\\b`).test(pins))).toEqual([]);
  });
});

describe('the tools of no provider', () => {
  it.each(['fleet', 'changes', 'operations'])('every tool that a file of tools/%s/ exports is listed', async (toolset) => {
    const listed = tools.map(({ name }) => name);
    const exported = (await exportsOf(`src/tools/${toolset}`)).map(({ place, value }) => ({
      place,
      // list_devices and search_operations are made for the providers in use.
      tool: typeof value === 'function' && /^(listDevices|searchOperations)$/.test(value.name) ? value(providerNames) : value,
    }));
    expect(exported.filter(({ tool }) => isTool(tool) && !listed.includes(tool.name)).map(({ place }) => place)).toEqual([]);
  });
});

describe('a tool', () => {
  it('has an end-to-end test that calls it by its name', () => {
    const stories = filesIn('test/e2e').map(textOf).join('\n');
    const called = (name: string): boolean => new RegExp(`(call|callTool|callToItsEnd|changeOf)\\((\\w+, )?'${name}'`).test(stories);
    expect(tools.map(({ name }) => name).filter((name) => !called(name))).toEqual([]);
  });
});

describe('a prompt', () => {
  it('that a file of prompts/ exports is listed', async () => {
    const listed = new Set(loaded.prompts);
    const exported = (
      await Promise.all(
        ['src/prompts', ...providerNames.map((name) => `src/prompts/${name}`)].filter((one) => existsSync(join(root, one))).map(exportsOf),
      )
    )
      .flat()
      .filter(({ value }) => isPrompt(value));
    expect(exported.filter(({ value }) => !listed.has(value as Prompt)).map(({ place }) => place)).toEqual([]);
  });
});
