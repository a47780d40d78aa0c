/** The fixtures that the official conformance suite looks for, on the HTTP server of the product. Test code only. */
import { randomBytes, randomUUID } from 'node:crypto';
import {
  acceptedContent,
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  completable,
  createRequestStateCodec,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  McpServer,
  ResourceTemplate,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { systemClock } from '../../src/clock.ts';
import { type HttpApp, makeHttpApp } from '../../src/web/http-app.ts';
import { listen } from '../../src/web/listen.ts';
import { recordingLog } from '../support/log.ts';

/** A PNG of one red pixel, and a WAV file without samples. */
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
const wav = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=';

interface Round {
  round: number;
}

/** One key for all requests, because each request gets a new server. */
const codec = createRequestStateCodec<Round>({ key: randomBytes(32), ttlSeconds: 60, bind: (ctx) => ctx.mcpReq.method });

type Run = (ctx: ServerContext) => CallToolResult | InputRequiredResult | Promise<CallToolResult | InputRequiredResult>;

const text = (said: string): CallToolResult => ({ content: [{ type: 'text', text: said }] });
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

const nameForm = { type: 'object' as const, properties: { name: { type: 'string' as const } }, required: ['name'] };
const askName = inputRequired.elicit({ message: 'What is your name?', requestedSchema: nameForm });
const askRoots = inputRequired.listRoots();
const askModel = (prompt: string, maxTokens: number) =>
  inputRequired.createMessage({ messages: [{ role: 'user', content: { type: 'text', text: prompt } }], maxTokens });

function capabilitiesOf(ctx: ServerContext): Record<string, unknown> {
  const envelope = ctx.mcpReq.envelope as Record<string, unknown> | undefined;
  return (envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? {}) as Record<string, unknown>;
}

/** The response to one input request as text; undefined when there is none. */
function answered(ctx: ServerContext, key: string): string | undefined {
  const response = inputResponse(ctx.mcpReq.inputResponses, key);
  if (response.kind === 'missing') return undefined;
  if (response.kind === 'elicit') return `action=${response.action}, content=${JSON.stringify(response.content ?? {})}`;
  return response.kind === 'roots'
    ? `roots: ${response.roots.map((root) => root.uri).join(', ')}`
    : JSON.stringify(response.result.content);
}

/** Asks one question under a key and passes its response to `tell`. */
function asking(key: string, request: ReturnType<typeof inputRequired.elicit>, tell: (line: string) => string) {
  return (ctx: ServerContext): CallToolResult | InputRequiredResult => {
    const line = answered(ctx, key);
    return line === undefined ? inputRequired({ inputRequests: { [key]: request } }) : text(tell(line));
  };
}

function plainTools(server: McpServer): void {
  const resource = (uri: string, mimeType: string, content: string) =>
    ({ type: 'resource', resource: { uri, mimeType, text: content } }) as const;
  const tool = (name: string, run: Run) => server.registerTool(name, { description: `fixture ${name}` }, run);

  tool('test_simple_text', () => text('This is a simple text response for testing.'));
  tool('test_image_content', () => ({ content: [{ type: 'image', data: png, mimeType: 'image/png' }] }));
  tool('test_audio_content', () => ({ content: [{ type: 'audio', data: wav, mimeType: 'audio/wav' }] }));
  tool('test_embedded_resource', () => ({
    content: [resource('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')],
  }));
  tool('test_multiple_content_types', () => ({
    content: [
      { type: 'text', text: 'Multiple content types test:' },
      { type: 'image', data: png, mimeType: 'image/png' },
      resource('test://mixed-content-resource', 'application/json', JSON.stringify({ test: 'data', value: 123 })),
    ],
  }));
  tool('test_error_handling', () => {
    throw new Error('This tool intentionally returns an error for testing');
  });
  tool('test_tool_with_progress', async (ctx) => {
    const progressToken = ctx.mcpReq._meta?.progressToken;
    for (const progress of [0, 50, 100]) {
      if (progressToken !== undefined)
        await ctx.mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 100 } });
      await pause();
    }
    return text('done');
  });
  for (const name of ['test_tool_with_logging', 'test_logging_tool'])
    tool(name, async (ctx) => {
      for (const said of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
        await ctx.mcpReq.log('info', said);
        await pause();
      }
      return text('done');
    });
}

function askingTools(server: McpServer): void {
  const tool = (name: string, run: Run) => server.registerTool(name, { description: `fixture ${name}` }, run);

  server.registerTool('test_sampling', { description: 'fixture', inputSchema: z.object({ prompt: z.string() }) }, ({ prompt }, ctx) =>
    asking('sample', askModel(prompt, 100), (line) => `LLM response: ${line}`)(ctx),
  );
  server.registerTool('test_elicitation', { description: 'fixture', inputSchema: z.object({ message: z.string() }) }, ({ message }, ctx) =>
    asking(
      'user',
      inputRequired.elicit({
        message,
        requestedSchema: {
          type: 'object',
          properties: { username: { type: 'string' }, email: { type: 'string' } },
          required: ['username', 'email'],
        },
      }),
      (line) => `User response: ${line}`,
    )(ctx),
  );
  tool(
    'test_elicitation_sep1034_defaults',
    asking(
      'form',
      inputRequired.elicit({
        message: 'Please look through these',
        requestedSchema: {
          type: 'object',
          properties: {
            name: { type: 'string', default: 'John Doe' },
            age: { type: 'integer', default: 30 },
            score: { type: 'number', default: 95.5 },
            status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
            verified: { type: 'boolean', default: true },
          },
        },
      }),
      (line) => `Elicitation completed: ${line}`,
    ),
  );
  const titled = (word: string) => ['1', '2', '3'].map((n) => ({ const: `value${n}`, title: `${word} ${n}` }));
  tool(
    'test_elicitation_sep1330_enums',
    asking(
      'form',
      inputRequired.elicit({
        message: 'Please choose',
        requestedSchema: {
          type: 'object',
          properties: {
            untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
            titledSingle: { type: 'string', oneOf: titled('Option') },
            legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['Option One', 'Option Two', 'Option Three'] },
            untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
            titledMulti: { type: 'array', items: { anyOf: titled('Choice') } },
          },
        },
      }),
      (line) => `Elicitation completed: ${line}`,
    ),
  );
  // The SDK itself rejects a request for a capability that the client has not declared.
  tool(
    'test_missing_capability',
    asking('sample', askModel('Say something', 50), (line) => line),
  );
  tool(
    'test_streaming_elicitation',
    asking('user_name', askName, (line) => line),
  );
  tool('test_input_required_result_elicitation', (ctx) => {
    const given = acceptedContent(ctx.mcpReq.inputResponses, 'user_name', z.object({ name: z.string() }));
    return given ? text(`Hello, ${given.name}!`) : inputRequired({ inputRequests: { user_name: askName } });
  });
  tool(
    'test_input_required_result_sampling',
    asking('capital_question', askModel('What is the capital of France?', 100), (line) => line),
  );
  tool(
    'test_input_required_result_list_roots',
    asking('client_roots', askRoots, (line) => line),
  );
  tool('test_input_required_result_capabilities', (ctx) => {
    const can = capabilitiesOf(ctx);
    return inputRequired({
      inputRequests: {
        ...(can['sampling'] ? { sample: askModel('Say something', 50) } : {}),
        ...(can['elicitation'] ? { user_name: askName } : {}),
        ...(can['roots'] ? { client_roots: askRoots } : {}),
      },
    });
  });
  const confirm = inputRequired.elicit({
    message: 'Please confirm',
    requestedSchema: { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] },
  });
  for (const name of ['test_input_required_result_request_state', 'test_input_required_result_tampered_state'])
    tool(name, async (ctx) =>
      ctx.mcpReq.requestState<Round>()?.round === 1 && answered(ctx, 'confirm') !== undefined
        ? text('state-ok')
        : inputRequired({ inputRequests: { confirm }, requestState: await codec.mint({ round: 1 }, ctx) }),
    );
  const three = { user_name: askName, greeting: askModel('Generate a greeting', 50), client_roots: askRoots };
  tool('test_input_required_result_multiple_inputs', async (ctx) => {
    const lines = Object.keys(three).map((key) => answered(ctx, key));
    return ctx.mcpReq.requestState<Round>()?.round === 1 && lines.every((line) => line !== undefined)
      ? text(lines.join('; '))
      : inputRequired({ inputRequests: three, requestState: await codec.mint({ round: 1 }, ctx) });
  });
  tool('test_input_required_result_multi_round', async (ctx) => {
    const round = ctx.mcpReq.requestState<Round>()?.round ?? 0;
    if (round === 2 && answered(ctx, 'step2') !== undefined) return text('all steps are done');
    if (round >= 1 && answered(ctx, 'step1') !== undefined) {
      const step2 = inputRequired.elicit({
        message: 'Step 2: What is your favorite color?',
        requestedSchema: { type: 'object', properties: { color: { type: 'string' } }, required: ['color'] },
      });
      return inputRequired({ inputRequests: { step2 }, requestState: await codec.mint({ round: 2 }, ctx) });
    }
    const step1 = inputRequired.elicit({ message: 'Step 1: What is your name?', requestedSchema: nameForm });
    return inputRequired({ inputRequests: { step1 }, requestState: await codec.mint({ round: 1 }, ctx) });
  });
}

function resources(server: McpServer): void {
  const about = (name: string, mimeType: string) => ({ title: name, description: `fixture ${name}`, mimeType });
  server.registerResource('static-text', 'test://static-text', about('static-text', 'text/plain'), ({ href }) => ({
    contents: [{ uri: href, mimeType: 'text/plain', text: 'This is the content of the static text resource.' }],
  }));
  server.registerResource('static-binary', 'test://static-binary', about('static-binary', 'image/png'), ({ href }) => ({
    contents: [{ uri: href, mimeType: 'image/png', blob: png }],
  }));
  server.registerResource('watched', 'test://watched-resource', about('watched', 'text/plain'), ({ href }) => ({
    contents: [{ uri: href, mimeType: 'text/plain', text: 'watched' }],
  }));
  const template = new ResourceTemplate('test://template/{id}/data', { list: undefined });
  server.registerResource('template', template, about('template', 'application/json'), ({ href }, { id }) => ({
    contents: [{ uri: href, mimeType: 'application/json', text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }) }],
  }));
  server.server.setRequestHandler('resources/subscribe', () => ({}));
  server.server.setRequestHandler('resources/unsubscribe', () => ({}));
}

function prompts(server: McpServer): void {
  const user = (said: string) => ({ role: 'user' as const, content: { type: 'text' as const, text: said } });
  server.registerPrompt('test_simple_prompt', { description: 'fixture' }, () => ({
    messages: [user('This is a simple prompt for testing.')],
  }));
  const word = completable(z.string(), (typed) => ['paris', 'park', 'party'].filter((one) => one.startsWith(typed)));
  server.registerPrompt(
    'test_prompt_with_arguments',
    { description: 'fixture', argsSchema: z.object({ arg1: word, arg2: z.string() }) },
    ({ arg1, arg2 }) => ({ messages: [user(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)] }),
  );
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description: 'fixture', argsSchema: z.object({ resourceUri: z.string() }) },
    ({ resourceUri: uri }) => ({
      messages: [
        {
          role: 'user',
          content: { type: 'resource', resource: { uri, mimeType: 'text/plain', text: 'Embedded resource content for testing.' } },
        },
        user('Please process the embedded resource above.'),
      ],
    }),
  );
  server.registerPrompt('test_prompt_with_image', { description: 'fixture' }, () => ({
    messages: [{ role: 'user', content: { type: 'image', data: png, mimeType: 'image/png' } }, user('Please analyze the image above.')],
  }));
  server.registerPrompt('test_input_required_result_prompt', { description: 'fixture' }, (ctx) => {
    const line = answered(ctx, 'user_context');
    if (line !== undefined) return { messages: [user(line)] };
    const user_context = inputRequired.elicit({
      message: 'What context should the prompt use?',
      requestedSchema: { type: 'object', properties: { context: { type: 'string' } }, required: ['context'] },
    });
    return inputRequired({ inputRequests: { user_context } });
  });
}

/** A new server with every fixture; the HTTP handler needs one per request. */
export function buildEverything(): McpServer {
  const server = new McpServer(
    { name: 'everything', version: '1' },
    {
      capabilities: {
        logging: {},
        tools: { listChanged: false },
        prompts: { listChanged: false },
        resources: { subscribe: true, listChanged: false },
      },
      requestState: { verify: codec.verify },
    },
  );
  plainTools(server);
  askingTools(server);
  resources(server);
  prompts(server);
  return server;
}

export function everythingWeb(): HttpApp {
  return makeHttpApp({
    build: buildEverything,
    log: recordingLog().log,
    callers: new Map(),
    sessions: { clock: systemClock, newId: randomUUID, serverId: 'suite' },
    allowedHosts: [],
    allowedOrigins: [],
  });
}

if (import.meta.main) process.stdout.write(`${(await listen(everythingWeb().fetch, '127.0.0.1', Number(process.argv[2] ?? 0))).url}/mcp\n`);
