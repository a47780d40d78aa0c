/** The clients of other makers: how each is connected, lists and calls. What a model would read is a text. */
import { execFile, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { promisify } from 'node:util';

import { addressOf, bin, end, started } from './servers.mjs';

const require = createRequire(import.meta.url);
const binOf = (name) => new URL(`node_modules/.bin/${name}`, import.meta.url).pathname;
const info = { name: 'interop', version: '1' };

/** The text of a result of tools/call. */
const textOf = ({ content = [] }) => content.map((part) => part.text ?? '').join('\n');
const thrown = (error) => String(error?.message ?? error);
/** Questions that reached the person, of whatever client. */
let questions = 0;

/** The person says yes. */
async function yes() {
  questions += 1;
  return { action: 'accept', content: { approve: true } };
}

async function sdk1(at) {
  const [{ Client }, { StdioClientTransport }, { StreamableHTTPClientTransport }, { ElicitRequestSchema }] = await Promise.all([
    import('@modelcontextprotocol/sdk/client/index.js'),
    import('@modelcontextprotocol/sdk/client/stdio.js'),
    import('@modelcontextprotocol/sdk/client/streamableHttp.js'),
    import('@modelcontextprotocol/sdk/types.js'),
  ]);
  const client = new Client(info, { capabilities: { elicitation: {} } });
  client.setRequestHandler(ElicitRequestSchema, yes);
  await client.connect(at.url ? new StreamableHTTPClientTransport(new URL(at.url)) : new StdioClientTransport({ stderr: 'ignore', ...at }));
  return client;
}

/** A client of the 1.x SDK, which validates output schemas once it has listed the tools. */
async function viaSdk1(at) {
  const client = await sdk1(at);
  return {
    shown: () => questions,
    names: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: (name, input) => client.callTool({ name, arguments: input }).then(textOf, thrown),
    close: () => client.close(),
  };
}

async function viaClient2(at, mode = 'auto') {
  const [{ Client, StreamableHTTPClientTransport }, { StdioClientTransport }] = await Promise.all([
    import('@modelcontextprotocol/client'),
    import('@modelcontextprotocol/client/stdio'),
  ]);
  const client = new Client(info, { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode } });
  client.setRequestHandler('elicitation/create', yes);
  await client.connect(at.url ? new StreamableHTTPClientTransport(new URL(at.url)) : new StdioClientTransport({ stderr: 'ignore', ...at }));
  return {
    shown: () => questions,
    names: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: (name, input) => client.callTool({ name, arguments: input }).then(textOf, thrown),
    close: () => client.close(),
  };
}

async function viaLangchain(at) {
  const { MultiServerMCPClient } = await import('@langchain/mcp-adapters');
  const server = at.url ? { transport: 'http', url: at.url } : { transport: 'stdio', stderr: 'ignore', ...at };
  const client = new MultiServerMCPClient({ mcpServers: { iotops: server } });
  const tools = await client.getTools();
  const plain = (answer) => (typeof answer === 'string' ? answer : textOf({ content: Array.isArray(answer) ? answer.flat() : [answer] }));
  return {
    shown: () => questions,
    names: async () => tools.map(({ name }) => name),
    call: (name, input) =>
      tools
        .find((tool) => tool.name === name)
        .invoke(input)
        .then(plain, thrown),
    close: () => client.close(),
  };
}

async function viaAiSdk(at) {
  const [{ createMCPClient, ElicitationRequestSchema }, { Experimental_StdioMCPTransport: StdioMCPTransport }] = await Promise.all([
    import('@ai-sdk/mcp'),
    import('@ai-sdk/mcp/mcp-stdio'),
  ]);
  const transport = at.url ? { type: 'http', url: at.url } : new StdioMCPTransport({ stderr: 'ignore', ...at });
  const client = await createMCPClient({ transport, capabilities: { elicitation: {} } });
  client.onElicitationRequest(ElicitationRequestSchema, yes);
  const tools = await client.tools();
  return {
    shown: () => questions,
    names: async () => Object.keys(tools),
    call: (name, input) => Promise.resolve(tools[name].execute(input, { toolCallId: '1', messages: [] })).then(textOf, thrown),
    close: () => client.close(),
  };
}

async function viaOpenai(at) {
  const { MCPServerStdio, MCPServerStreamableHttp } = await import('@openai/agents');
  const server = at.url ? new MCPServerStreamableHttp({ url: at.url }) : new MCPServerStdio({ ...at });
  await server.connect();
  return {
    shown: () => questions,
    names: async () => (await server.listTools()).map(({ name }) => name),
    call: (name, input) => server.callTool(name, input).then((content) => textOf(Array.isArray(content) ? { content } : content), thrown),
    close: () => server.close(),
  };
}

async function viaMastra(at) {
  const { MCPClient } = await import('@mastra/mcp');
  const server = at.url ? { url: new URL(at.url) } : { ...at };
  const client = new MCPClient({ servers: { iotops: { ...server, inputRequests: yes } } });
  const tools = await client.listTools();
  // The model gets the structured content where there is one.
  const plain = (answer) =>
    Array.isArray(answer?.content) ? textOf(answer) : typeof answer === 'string' ? answer : JSON.stringify(answer);
  return {
    shown: () => questions,
    names: async () => Object.keys(tools).map((name) => name.replace(/^iotops_/, '')),
    call: (name, input) => tools[`iotops_${name}`].execute(input, {}).then(plain, thrown),
    close: () => client.disconnect(),
  };
}

async function viaGoogle(at) {
  const { mcpToTool } = await import('@google/genai');
  const client = await sdk1(at);
  const callable = mcpToTool(client);
  const { functionDeclarations } = await callable.tool();
  const plain = ([part]) => textOf(part.functionResponse.response.error ?? part.functionResponse.response);
  return {
    shown: () => questions,
    names: async () => functionDeclarations.map(({ name }) => name),
    call: (name, input) => callable.callTool([{ name, args: input }]).then(plain, thrown),
    close: () => client.close(),
  };
}

async function viaAnthropic(at) {
  const { mcpTools } = await import('@anthropic-ai/sdk/helpers/beta/mcp');
  const client = await sdk1(at);
  const { tools } = await client.listTools();
  const runnable = mcpTools(tools, client);
  const plain = (answer) => (typeof answer === 'string' ? answer : textOf({ content: answer }));
  const errorText = (error) => (Array.isArray(error?.content) ? textOf({ content: error.content }) : thrown(error));
  return {
    shown: () => questions,
    names: async () => runnable.map(({ name }) => name),
    call: (name, input) => Promise.resolve(runnable.find((tool) => tool.name === name).run(input)).then(plain, errorText),
    close: () => client.close(),
  };
}

/** A process for each call: over stdio a plan of the embedded sandbox ends with it, so the story is played over HTTP. */
async function viaInspector(at) {
  const target = at.url ? [at.url, '--transport', 'http'] : [at.command, ...at.args];
  const run = (method, more = []) =>
    promisify(execFile)(binOf('mcp-inspector'), ['--cli', ...target, '--method', method, ...more], { maxBuffer: 1 << 26 }).then(
      ({ stdout }) => JSON.parse(stdout),
      (error) => {
        const from = String(error.stdout ?? '').indexOf('{');
        if (from < 0) throw error;
        return JSON.parse(error.stdout.slice(from));
      },
    );
  const args = (input) =>
    Object.entries(input).flatMap(([name, value]) => [
      '--tool-arg',
      `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    ]);
  return {
    shown: () => questions,
    names: async () => (await run('tools/list')).tools.map(({ name }) => name),
    call: (name, input) => run('tools/call', ['--tool-name', name, ...args(input)]).then(textOf, thrown),
    close: async () => undefined,
  };
}

const viaMcpRemote = (at) => viaSdk1({ command: binOf('mcp-remote'), args: [at.url, '--allow-http', '--transport', 'http-only'] });

async function viaSupergateway(more) {
  const port = await freePort();
  const command = [process.execPath, bin, 'stdio', '--fleet', '24'].join(' ');
  const args = ['--stdio', command, '--outputTransport', 'streamableHttp', '--port', String(port), ...more];
  const gateway = spawn(binOf('supergateway'), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  await addressOf(gateway, /(Listening on port)/i);
  const client = await viaSdk1({ url: `http://127.0.0.1:${port}/mcp` });
  return { ...client, close: () => client.close().finally(() => end(gateway)) };
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const both = ['stdio', 'HTTP'];

/** `transports`: of our server. */
export const clients = [
  { title: 'TypeScript SDK 1.x', package: '@modelcontextprotocol/sdk', transports: both, connect: (at) => viaSdk1(at) },
  { title: 'TypeScript SDK 2.x', package: '@modelcontextprotocol/client', transports: both, connect: (at) => viaClient2(at) },
  {
    title: 'TypeScript SDK 2.x, mode legacy',
    package: '@modelcontextprotocol/client',
    transports: both,
    connect: (at) => viaClient2(at, 'legacy'),
  },
  { title: 'LangChain', package: '@langchain/mcp-adapters', transports: both, connect: viaLangchain },
  { title: 'Vercel AI SDK', package: '@ai-sdk/mcp', transports: both, connect: viaAiSdk },
  { title: 'OpenAI Agents', package: '@openai/agents', transports: both, connect: viaOpenai },
  { title: 'Mastra', package: '@mastra/mcp', transports: both, connect: viaMastra },
  { title: 'Google Gen AI', package: '@google/genai', transports: both, connect: viaGoogle },
  { title: 'Anthropic SDK helpers', package: '@anthropic-ai/sdk', transports: both, connect: viaAnthropic },
  { title: 'MCP Inspector, CLI', package: '@modelcontextprotocol/inspector', transports: ['HTTP'], connect: viaInspector },
  { title: 'mcp-remote, a bridge', package: 'mcp-remote', transports: ['HTTP'], connect: viaMcpRemote },
  {
    title: 'supergateway --stateful, a bridge',
    package: 'supergateway',
    transports: ['stdio'],
    connect: () => viaSupergateway(['--stateful']),
  },
];

export const versionOf = (name) => require('./package.json').dependencies[name];
export { started };
