/** The printed parts of docs/clients.md: what the clients of other makers did, and how each is configured. */
import { readFileSync } from 'node:fs';

import { type HostName, hostConfigurations } from '../src/setup/hosts.ts';
import { start } from './listings/hosts.ts';

/** One run of interop/index.mjs. */
interface Run {
  title: string;
  package: string;
  version: string;
  transport: string;
  /** Of the run: `2026-11-28`. */
  date: string;
  results: Record<string, string>;
}

const steps = ['list', 'read', 'refusal', 'change', 'two steps', 'cancel'];

export const runs = JSON.parse(readFileSync(new URL('../interop/results.json', import.meta.url), 'utf8')) as Run[];

/** Both transports of a client in one row where they did the same. */
export function interopTable(): string {
  const byClient = Map.groupBy(runs, ({ title, results }) => JSON.stringify([title, steps.map((step) => results[step] ?? '')]));
  const rows = [...byClient.values()].map((same) => {
    const [first] = same as [Run, ...Run[]];
    const how = same.map(({ transport }) => transport).join(', ');
    const cells = steps.map((step) => (first.results[step] ?? 'not reached').replaceAll('|', '\\|'));
    return `| ${first.title} | ${how} | ${cells.join(' | ')} | run: \`${first.package}\` ${first.version}, ${first.date} |`;
  });
  return [
    `| client | transport | ${steps.join(' | ')} | known from |`,
    `| --- | --- |${' --- |'.repeat(steps.length)} --- |`,
    ...rows,
  ].join('\n');
}

const read = '2026-11-28';

/** Where each client says how it is configured. None of them was run here. */
const documents: Record<HostName, string> = {
  'Claude Desktop': `from guides of other servers that quote its documents, ${read}`,
  'Claude Code': `from its documents, ${read} (code.claude.com/docs/en/mcp)`,
  'VS Code': `from its documents, ${read} (code.visualstudio.com/docs/copilot/reference/mcp-configuration)`,
  Cursor: `from its documents, ${read} (cursor.com/docs/mcp); the header from a guide of another server`,
  Codex: `from its documents, ${read} (developers.openai.com/codex/mcp)`,
  'Gemini CLI': `from its documents, ${read} (geminicli.com/docs/tools/mcp-server)`,
};

const address = 'https://iot-ops.example.com/mcp';

/** The configurations of the clients of people. */
export function hostSections(): string {
  const [overStdio, overHttp] = [hostConfigurations(start), hostConfigurations({ url: address, tokenVariable: 'IOT_OPS_TOKEN' })];
  return overStdio
    .map((stdio, i) => {
      const http = overHttp[i];
      const block = ({ language, text }: { language: string; text: string }): string => `\`\`\`${language}\n${text}\n\`\`\``;
      const place = (where: string): string => `${where.charAt(0).toUpperCase()}${where.slice(1)}`;
      return [
        `### ${stdio.host}`,
        `Known ${documents[stdio.host]}.`,
        `${place(stdio.where)}:`,
        block(stdio),
        ...(http ? [http.where === stdio.where ? 'Over HTTP:' : `Over HTTP, ${http.where}:`, block(http)] : []),
      ].join('\n\n');
    })
    .join('\n\n');
}

const command = `command: '${start.command}', args: ${JSON.stringify(start.args).replaceAll('"', "'").replaceAll("','", "', '")}`;

/** How a program connects, as interop/clients.mjs does with the built program in place of npx. */
const frameworks: readonly { title: string; package: string; code: string }[] = [
  {
    title: 'LangChain',
    package: '@langchain/mcp-adapters',
    code: `import { MultiServerMCPClient } from '@langchain/mcp-adapters';

const client = new MultiServerMCPClient({ mcpServers: { iotops: { transport: 'stdio', ${command} } } });
const tools = await client.getTools();`,
  },
  {
    title: 'Vercel AI SDK',
    package: '@ai-sdk/mcp',
    code: `import { createMCPClient, ElicitationRequestSchema } from '@ai-sdk/mcp';
import { Experimental_StdioMCPTransport as StdioMCPTransport } from '@ai-sdk/mcp/mcp-stdio';

const client = await createMCPClient({
  transport: new StdioMCPTransport({ ${command} }),
  capabilities: { elicitation: {} },
});
client.onElicitationRequest(ElicitationRequestSchema, ({ params }) => askPerson(params));
const tools = await client.tools();`,
  },
  {
    title: 'OpenAI Agents',
    package: '@openai/agents',
    code: `import { Agent, MCPServerStdio } from '@openai/agents';

const server = new MCPServerStdio({ ${command} });
await server.connect();
const agent = new Agent({ name: 'operator', mcpServers: [server] });`,
  },
  {
    title: 'Mastra',
    package: '@mastra/mcp',
    code: `import { MCPClient } from '@mastra/mcp';

const client = new MCPClient({
  servers: { iotops: { ${command}, inputRequests: ({ params }) => askPerson(params) } },
});
const tools = await client.listTools();`,
  },
  {
    title: 'Google Gen AI',
    package: '@google/genai',
    code: `import { mcpToTool } from '@google/genai';

// \`client\` is a connected client of @modelcontextprotocol/sdk.
const config = { tools: [mcpToTool(client)] };`,
  },
  {
    title: 'Anthropic SDK',
    package: '@anthropic-ai/sdk',
    code: `import { mcpTools } from '@anthropic-ai/sdk/helpers/beta/mcp';

// \`client\` is a connected client of @modelcontextprotocol/sdk.
const { tools } = await client.listTools();
const runnable = mcpTools(tools, client);`,
  },
  {
    title: 'TypeScript SDK 2.x',
    package: '@modelcontextprotocol/client',
    code: `import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

const client = new Client(
  { name: 'my-host', version: '1' },
  { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: 'auto' } },
);
client.setRequestHandler('elicitation/create', ({ params }) => askPerson(params));
await client.connect(new StreamableHTTPClientTransport(new URL('${address}')));`,
  },
];

export function frameworkSections(): string {
  return frameworks
    .map(({ title, package: name, code }) => {
      const run = runs.find((one) => one.package === name);
      if (!run) throw new Error(`interop/results.json has no run of ${name}`);
      return [`### ${title}`, `Connection run with \`${name}\` ${run.version}, ${run.date}.`, `\`\`\`ts\n${code}\n\`\`\``].join('\n\n');
    })
    .join('\n\n');
}
