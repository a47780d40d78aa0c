/** Everything that surrounds a resource: list, templates, matching, completion, redaction. */
import { ProtocolError, ProtocolErrorCode, ResourceNotFoundError, type Server, type ServerContext } from '@modelcontextprotocol/server';

import { CallError } from '../clients/http/errors.ts';
import type { Redactor } from '../text/redact.ts';
import type { Resource, World } from './define.ts';
import { resources } from './index.ts';

const mimeType = 'application/json';

/** What was typed so far, and for which resource. */
export interface ResourceCompletion {
  uri: string;
  argument: { name: string; value: string };
  others: Readonly<Record<string, string>>;
}

export function registerResources(server: Server, world: World, redactor: Redactor, callerOf: (ctx: ServerContext) => string): void {
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
      const members = match(resource.uri, uri);
      if (!members) continue;
      const held = await read(resource, members, world, ctx, redactor, callerOf(ctx));
      if (held === undefined) break;
      return { contents: [{ uri, mimeType, text: JSON.stringify(redactor.value(held)) }] };
    }
    throw new ResourceNotFoundError(uri);
  });
}

/** Values for one member of a template, best known first. */
export async function completeResource(
  { uri, argument, others }: ResourceCompletion,
  world: World,
  signal: AbortSignal,
): Promise<string[]> {
  const resource = resources.find((one) => one.uri === uri);
  if (!resource) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `there is no resource template ${uri.slice(0, 80)}`);
  return (await resource.complete?.[argument.name]?.(argument.value, world, others, signal)) ?? [];
}

async function read(
  resource: Resource,
  members: Record<string, string>,
  world: World,
  { mcpReq: { signal } }: ServerContext,
  redactor: Redactor,
  caller: string,
): Promise<unknown> {
  try {
    return await resource.read(members, world, signal, caller);
  } catch (error) {
    if (error instanceof CallError)
      throw new ProtocolError(ProtocolErrorCode.InternalError, redactor.text(`${error.message} ${error.next}`));
    throw error;
  }
}

/** The members of a template in an address; undefined when it is another one. */
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
