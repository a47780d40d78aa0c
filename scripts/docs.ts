/**
 * Generates docs/tools.md, docs/operations.md and docs/fidelity.md from the code, the marked parts of README.md and docs/sandbox.md, and the
 * files by which hosts and registries find the package.
 * `--check` changes nothing and exits with 1 when a page is out of date.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { isRead, methodOf, nounOf, pathOf, providerOf } from '../src/clients/http/endpoint.ts';
import { toolsetsOf } from '../src/environment-variables.ts';
import { providers } from '../src/providers/index.ts';
import { loadProviders } from '../src/providers/load-providers.ts';
import { iconShapes } from '../src/server/icon.ts';
import type { AnyTool } from '../src/tools/define.ts';
import { toolListing } from '../src/tools/tool-listing.ts';
import { frameworkSections, hostSections, interopTable } from './clients-page.ts';
import { demoSession } from './demo.ts';
import { doctorPage } from './doctor-page.ts';
import { installLinks } from './listings/hosts.ts';
import { iconPng, pixelsOf } from './listings/icon-png.ts';
import { listings } from './listings/index.ts';

const {
  tools,
  catalogue: { operations },
} = await loadProviders(providers);
const generatedNote = 'Printed by `npm run docs`; do not edit.';

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function row(...cells: string[]): string {
  return `| ${cells.map(cell).join(' | ')} |`;
}

function kindOf(tool: AnyTool): string {
  const { annotations } = toolListing(tool);
  if (annotations?.readOnlyHint) return 'read';
  return annotations?.destructiveHint ? 'change, may be disruptive or irreversible' : 'change';
}

function firstSentence(tool: AnyTool): string {
  return tool.description.split(/(?<=\.)\s/)[0] ?? '';
}

function fieldRows(tool: AnyTool): string[] {
  const { properties = {}, required = [] } = toolListing(tool).inputSchema as {
    properties?: Record<string, Record<string, unknown>>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => {
    const values = schema['enum'] as unknown[] | undefined;
    const type = values ? values.map((value) => JSON.stringify(value)).join(' / ') : String(schema['type'] ?? 'text or secret');
    const fallback = schema['default'] === undefined ? '' : `default ${JSON.stringify(schema['default'])}`;
    return row(
      `\`${name}\``,
      required.includes(name) && schema['default'] === undefined ? 'yes' : '',
      type,
      [schema['description'], fallback].filter(Boolean).join('; '),
    );
  });
}

function toolsPage(): string {
  const parts = tools.map((tool) =>
    [
      `## ${tool.name}`,
      `${tool.title}. Toolset \`${tool.toolset}\`${tool.extra ? ' (only with `--toolsets`)' : ''}, ${kindOf(tool)}.`,
      tool.description,
      ['| field | required | type | |', '| --- | --- | --- | --- |', ...fieldRows(tool)].join('\n'),
      `Example: \`${JSON.stringify(tool.example)}\``,
    ].join('\n\n'),
  );
  const intro =
    'All tools, one section each below. Tools marked `--toolsets` are offered only when their toolset is chosen by name, because the default list must stay small.';
  const list = tools.map((tool) =>
    row(
      `[\`${tool.name}\`](#${tool.name})`,
      tool.extra ? `\`--toolsets ${tool.toolset}\`` : '',
      tool.kind === 'read' ? 'read' : 'change',
      firstSentence(tool),
    ),
  );
  return ['# Tools', generatedNote, intro, ['| tool | | | what it does |', '| --- | --- | --- | --- |', ...list].join('\n'), ...parts].join(
    '\n\n',
  );
}

function operationsPage(): string {
  const parts = providers.map(({ name: provider, longTitle }) => {
    const rows = operations
      .filter((entry) => providerOf(entry) === provider)
      .map((entry) =>
        row(
          `\`${entry.id}\``,
          `\`${methodOf(entry)}\``,
          `\`${pathOf(entry)}\``,
          isRead(entry) ? 'read' : entry.effects.join(', '),
          entry.sure,
          entry.help,
        ),
      );
    return [
      `## ${longTitle}`,
      ['| operation | method | path | effects | certainty | |', '| --- | --- | --- | --- | --- | --- |', ...rows].join('\n'),
    ].join('\n\n');
  });
  const effects =
    'The column effects lists the worst case. `write`: free and undoable. `billing`: money may move. `disruptive`: a live device loses service or receives something. `destructive`: cannot be undone through the API. `session`: creates, ends or changes credentials; listed, never run through a tool unless it gives another person access. The column certainty is explained in [fidelity](fidelity.md).';
  return [
    '# Operations',
    generatedNote,
    `${operations.length} operations; \`search_operations\` finds each of them. ${effects}`,
    ...parts,
  ].join('\n\n');
}

function fidelityPage(): string {
  const counts = (provider: string, sure: string): string =>
    String(operations.filter((entry) => providerOf(entry) === provider && entry.sure === sure).length);
  const summary = providers.map(({ name: provider, longTitle }) =>
    row(longTitle, counts(provider, 'documented'), counts(provider, 'observed'), counts(provider, 'inferred'), counts(provider, 'guessed')),
  );
  const parts = providers.map(({ name: provider, longTitle }) => {
    const rows = operations
      .filter((entry) => providerOf(entry) === provider)
      .map((entry) => row(nounOf(entry), `\`${entry.id}\``, entry.sure, entry.source, (entry.doubts ?? []).join('; ')));
    return [
      `## ${longTitle}`,
      ['| noun | operation | method and path are | source | in doubt |', '| --- | --- | --- | --- | --- |', ...rows].join('\n'),
    ].join('\n\n');
  });
  const intro =
    'How certain it is that each operation matches what the provider serves. `documented` and `observed`: from the provider or from working clients. `inferred`: follows from several facts. `guessed`: refused on a live connection unless the connection sets `allowGuessed`. Every plan states the doubts of its operation. The sandbox claims no fidelity for what is guessed or in doubt.';
  return [
    '# Fidelity',
    generatedNote,
    intro,
    ['| provider | documented | observed | inferred | guessed |', '| --- | --- | --- | --- | --- |', ...summary].join('\n'),
    ...parts,
  ].join('\n\n');
}

/** The tools of each toolset by name: those offered by default, and those that need `--toolsets`. */
function toolsetTable(): string {
  const names = (toolset: string, extra: boolean): string =>
    tools
      .filter((tool) => tool.toolset === toolset && (tool.extra ?? false) === extra)
      .map(({ name }) => `\`${name}\``)
      .join(', ');
  return [
    '| toolset | offered by default | also with `--toolsets` |',
    '| --- | --- | --- |',
    ...toolsetsOf(providers).map((toolset) => row(`\`${toolset}\``, names(toolset, false), names(toolset, true))),
  ].join('\n');
}

/** The file's text with the part between the two marks of `name` replaced. Throws when a mark is missing. */
function replaceSection(path: string, text: string, name: string, inner: string): string {
  const [begin, end] = [`<!-- ${name}: printed by npm run docs -->`, `<!-- /${name} -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${path} has no ${begin} ... ${end}`);
  return `${text.slice(0, from + begin.length)}\n${inner}\n${text.slice(to)}`;
}

function filled(path: string, parts: Record<string, string>): string {
  return Object.entries(parts).reduce((text, [name, inner]) => replaceSection(path, text, name, inner), readFileSync(path, 'utf8'));
}

/** The part of a session in which the assistant calls `tool`. */
function partOf(whole: string, tool: string): string {
  const part = whole.split(/\n\n(?=Operator: )/).find((one) => one.includes(`\n> ${tool} `));
  if (part === undefined) throw new Error(`the session has no call of ${tool}`);
  return part;
}

const fenced = (text: string): string => `\`\`\`text\n${text}\n\`\`\``;

const iconPath = 'assets/icon.png';
const icon = iconPng(iconShapes, 512);
const iconIsCurrent = existsSync(iconPath) && pixelsOf(readFileSync(iconPath)).equals(pixelsOf(icon));

const transcript = await demoSession();
const pages: Record<string, string | Buffer> = {
  'docs/tools.md': `${toolsPage()}\n`,
  'docs/operations.md': `${operationsPage()}\n`,
  'docs/fidelity.md': `${fidelityPage()}\n`,
  'docs/doctor.md': doctorPage(),
  'docs/clients.md': filled('docs/clients.md', { interop: interopTable(), hosts: hostSections(), frameworks: frameworkSections() }),
  'docs/sandbox.md': filled('docs/sandbox.md', { session: fenced(transcript) }),
  'README.md': filled('README.md', { 'first-change': fenced(partOf(transcript, 'activate_sim')), toolsets: toolsetTable() }),
  'docs/install.md': filled('docs/install.md', { links: installLinks() }),
  ...listings(),
  ...(iconIsCurrent ? {} : { [iconPath]: icon }),
};

const stale = Object.entries(pages).filter(([path, content]) => !existsSync(path) || !readFileSync(path).equals(Buffer.from(content)));
if (process.argv.includes('--check')) {
  for (const [path] of stale) process.stderr.write(`${path} is not up to date; run npm run docs\n`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const [path, content] of stale) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  process.stderr.write(stale.length > 0 ? `printed ${stale.map(([path]) => path).join(', ')}\n` : 'all up to date\n');
}
