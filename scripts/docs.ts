/** Prints the generated docs: docs/tools.md, docs/operations.md, docs/fidelity.md, tool list and session in README.md. `--check` only compares. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

import { isRead, methodOf, nounOf, pathOf, providerOf } from '../src/clients/http/endpoint.ts';
import { operations } from '../src/clients/index.ts';
import type { AnyTool } from '../src/tools/define.ts';
import { tools } from '../src/tools/index.ts';
import { listing } from '../src/tools/register.ts';
import { providers } from '../src/vocabulary.ts';
import { session } from './demo.ts';

const providerTitles = { thingpark: 'Actility ThingPark', thingspace: 'Verizon ThingSpace', iotx: 'iot-x' };
const printed = 'Printed by `npm run docs`; do not edit.';

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function row(...cells: string[]): string {
  return `| ${cells.map(cell).join(' | ')} |`;
}

function kindOf(tool: AnyTool): string {
  const { annotations } = listing(tool);
  if (annotations?.readOnlyHint) return 'read';
  return annotations?.destructiveHint ? 'change, may be disruptive or irreversible' : 'change';
}

function fieldRows(tool: AnyTool): string[] {
  const { properties = {}, required = [] } = listing(tool).inputSchema as {
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
      `${tool.title}. Toolset \`${tool.toolset}\`${tool.extra ? ' (only when chosen by name)' : ''}, ${kindOf(tool)}.`,
      tool.description,
      ['| field | required | type | |', '| --- | --- | --- | --- |', ...fieldRows(tool)].join('\n'),
      `Example: \`${JSON.stringify(tool.example)}\``,
    ].join('\n\n'),
  );
  return ['# Tools', printed, ...parts].join('\n\n');
}

function operationsPage(): string {
  const parts = providers.map((provider) => {
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
      `## ${providerTitles[provider]}`,
      ['| operation | method | path | effects | certainty | |', '| --- | --- | --- | --- | --- | --- |', ...rows].join('\n'),
    ].join('\n\n');
  });
  const effects =
    '`write`: free and can be undone. `billing`: may cost money. `disruptive`: a live device loses service or receives something. `destructive`: cannot be undone through the API. `session`: changes credentials; listed, never run through a tool.';
  return ['# Operations', printed, `${operations.length} operations; search_operations finds each of them. ${effects}`, ...parts].join(
    '\n\n',
  );
}

function fidelityPage(): string {
  const counts = (provider: string, sure: string): string =>
    String(operations.filter((entry) => providerOf(entry) === provider && entry.sure === sure).length);
  const summary = providers.map((provider) =>
    row(
      providerTitles[provider],
      counts(provider, 'documented'),
      counts(provider, 'observed'),
      counts(provider, 'inferred'),
      counts(provider, 'guessed'),
    ),
  );
  const parts = providers.map((provider) => {
    const rows = operations
      .filter((entry) => providerOf(entry) === provider)
      .map((entry) => row(nounOf(entry), `\`${entry.id}\``, entry.sure, entry.source, (entry.doubts ?? []).join('; ')));
    return [
      `## ${providerTitles[provider]}`,
      ['| noun | operation | method and path are | source | doubts |', '| --- | --- | --- | --- | --- |', ...rows].join('\n'),
    ].join('\n\n');
  });
  const intro =
    'The certainty that each operation matches the API of the provider. `documented` and `observed` are based on provider documentation or working clients, `inferred` on several facts. `guessed` operations are refused on a live connection without `allowGuessed`. Every plan lists the doubts of its operation. The sandbox may differ from the provider where an operation is guessed or in doubt.';
  return [
    '# Fidelity',
    printed,
    intro,
    ['| provider | documented | observed | inferred | guessed |', '| --- | --- | --- | --- | --- |', ...summary].join('\n'),
    ...parts,
  ].join('\n\n');
}

function readmeList(): string {
  return [
    '| tool | | what it does |',
    '| --- | --- | --- |',
    ...tools.map((tool) => row(`\`${tool.name}\``, tool.kind === 'read' ? 'read' : 'change', tool.description.split(/(?<=\.)\s/)[0] ?? '')),
  ].join('\n');
}

/** Replaces the text between the markers of this name. */
function withPrinted(text: string, name: string, inner: string): string {
  const [begin, end] = [`<!-- ${name}: printed by npm run docs -->`, `<!-- /${name} -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`README.md has no ${begin} ... ${end}`);
  return `${text.slice(0, from + begin.length)}\n${inner}\n${text.slice(to)}`;
}

async function readme(): Promise<string> {
  const listed = withPrinted(readFileSync('README.md', 'utf8'), 'tools', readmeList());
  return withPrinted(listed, 'demo', `\`\`\`text\n${await session()}\n\`\`\``);
}

const pages: Record<string, string> = {
  'docs/tools.md': `${toolsPage()}\n`,
  'docs/operations.md': `${operationsPage()}\n`,
  'docs/fidelity.md': `${fidelityPage()}\n`,
  'README.md': await readme(),
};

const stale = Object.entries(pages).filter(([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text);
if (process.argv.includes('--check')) {
  for (const [path] of stale) process.stderr.write(`${path} is not up to date; run npm run docs\n`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const [path, text] of stale) writeFileSync(path, text);
  process.stderr.write(stale.length > 0 ? `printed ${stale.map(([path]) => path).join(', ')}\n` : 'all up to date\n');
}
