/** MCP request handlers for resources: lists, templates, URI matching, completion, redaction. */
import { ProtocolError, ProtocolErrorCode, ResourceNotFoundError, type Server, type ServerContext } from '@modelcontextprotocol/server';

import { type CallerRights, leavesOut, limitNote } from '../changes/caller-rights.ts';
import { inCallScope } from '../clients/http/call-scope.ts';
import { CallError } from '../clients/http/errors.ts';
import type { Redactor } from '../text/redact.ts';
import { sanitize } from '../text/sanitize.ts';
import { type Resource, type ResourceContext, WithText } from './define.ts';
import { resources } from './index.ts';

const mimeType = 'application/json';

/** A completion request: the URI template, the variable with its typed prefix, and the values of the other variables. */
export interface ResourceCompletion {
  uri: string;
  argument: { name: string; value: string };
  others: Readonly<Record<string, string>>;
}

/** Sets the `resources/*` handlers of a server. Every response passes the redactor. */
export function registerResources(
  server: Server,
  contextOf: (ctx: ServerContext) => ResourceContext,
  redactor: Redactor,
  callerOf: (ctx: ServerContext) => string,
): void {
  const described = ({ name, title, description }: Resource) => ({ name, title, description, mimeType });
  const fixed = resources.filter((one) => !one.uri.includes('{'));
  const templates = resources.filter((one) => one.uri.includes('{'));

  server.setRequestHandler('resources/list', () => ({ resources: fixed.map((one) => ({ uri: one.uri, ...described(one) })) }));
  server.setRequestHandler('resources/templates/list', () => ({
    resourceTemplates: templates.map((one) => ({ uriTemplate: one.uri, ...described(one) })),
  }));
  server.setRequestHandler('resources/read', async (request, ctx: ServerContext) => {
    const { uri } = request.params;
    for (const resource of resources) {
      const variables = match(resource.uri, uri);
      if (!variables) continue;
      const context = contextOf(ctx);
      const { rights } = context;
      if (!mayRead(rights, resource))
        throw new ProtocolError(
          ProtocolErrorCode.InvalidRequest,
          `${resource.sameAs?.name} is not among the tools of this caller (group ${rights.group}), so neither is this resource`,
        );
      const found = await inCallScope(context.clock, async (scope) => {
        const result = await read(resource, variables, context, ctx, redactor, callerOf(ctx));
        return { result, notes: [...scope.notes(), ...(leavesOut(rights) ? [limitNote(rights)] : [])] };
      });
      if (found.result === undefined) break;
      // What was planned is not redacted by its form: it is what was or will be sent.
      const hide = <T>(value: T): T => (resource.sameAs?.toolset === 'changes' ? redactor.knownValue(value) : redactor.value(value));
      return { contents: contentsOf(uri, found.result, found.notes, hide) };
    }
    throw new ResourceNotFoundError(uri);
  });
}

/** Completions of one variable of a template. Throws a ProtocolError for an unknown template. */
export async function completeResource(
  { uri, argument, others }: ResourceCompletion,
  context: ResourceContext,
  signal: AbortSignal,
): Promise<string[]> {
  const resource = resources.find((one) => one.uri === uri);
  if (!resource) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `there is no resource template ${uri.slice(0, 80)}`);
  if (!mayRead(context.rights, resource)) return [];
  return (await resource.complete?.[argument.name]?.(argument.value, context, others, signal)) ?? [];
}

/** Whether the caller's rights include the tool that reads the same. */
const mayRead = ({ tools }: CallerRights, { sameAs }: Resource): boolean =>
  tools === undefined || sameAs === undefined || tools.includes(sameAs.name) || tools.includes(sameAs.toolset);

/** The JSON content, and after it the text for people, where there is one. */
function contentsOf(uri: string, result: unknown, notes: readonly string[], hide: <T>(value: T) => T) {
  const { content, text } = result instanceof WithText ? result : { content: result, text: undefined };
  const json = { uri, mimeType, text: JSON.stringify(hide(withNotes(content, notes))) };
  if (text === undefined) return [json];
  const lines = [text, ...notes.map((note) => sanitize(note, 300))].join('\n');
  return [json, { uri, mimeType: 'text/plain', text: hide(lines) }];
}

function withNotes(content: unknown, notes: readonly string[]): unknown {
  if (notes.length === 0 || content === null || typeof content !== 'object' || Array.isArray(content)) return content;
  return { ...content, notes: notes.map((note) => sanitize(note, 300)) };
}

async function read(
  resource: Resource,
  variables: Record<string, string>,
  context: ResourceContext,
  { mcpReq: { signal } }: ServerContext,
  redactor: Redactor,
  caller: string,
): Promise<unknown> {
  try {
    return await resource.read(variables, context, signal, caller);
  } catch (error) {
    if (error instanceof CallError)
      throw new ProtocolError(ProtocolErrorCode.InternalError, redactor.text(`${error.message} ${error.next}`));
    throw error;
  }
}

/** The decoded variables of a template in a URI; undefined when the URI does not match. */
function match(template: string, uri: string): Record<string, string> | undefined {
  const names = [...template.matchAll(/\{(\w+)\}/g)].map((found) => found[1] as string);
  const pattern = template.replace(/[.?]/g, '\\$&').replace(/\{\w+\}/g, '([^/]+)');
  const values = new RegExp(`^${pattern}$`).exec(uri)?.slice(1);
  if (!values) return undefined;
  try {
    return Object.fromEntries(names.map((name, i) => [name, decodeURIComponent(values[i] ?? '')]));
  } catch {
    return undefined;
  }
}
