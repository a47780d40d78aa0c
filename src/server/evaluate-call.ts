import type { RuleSet } from '../changes/rules/rule-set.ts';
import { Refusal } from '../clients/http/errors.ts';
import { assertMayUse } from '../tools/caller-limits.ts';
import type { AnyTool, ToolContext } from '../tools/define.ts';
import { evaluatePolicy } from '../tools/evaluate-policy.ts';
import { resolveSecrets } from '../tools/secrets.ts';
import type { ServerSurface } from '../tools/server-surface.ts';
import { nearest } from '../vocabulary.ts';

export interface CallToEvaluate {
  tool: string;
  input: Record<string, unknown>;
  caller: string;
  /** ms since 1970. */
  at: number;
}

/** What the policy would say of a tool call, in lines; nothing is kept or sent. */
export async function evaluateCall(
  { tool: name, input, caller, at }: CallToEvaluate,
  surface: ServerSurface,
  { book, unattended }: { book: RuleSet; unattended(connection: string): boolean },
): Promise<string[]> {
  const tool = offeredTool(name, surface);
  const services = surface.servicesOf(caller);
  assertMayUse(services.rights, tool);
  if (tool.kind !== 'change')
    return [`${name} is ${tool.kind === 'read' ? 'a read: allow' : 'no change of its own: the rules are asked for the change it names'}`];
  const context: ToolContext = { ...services, caller, signal: new AbortController().signal, progress: () => undefined };
  const { input: filled } = resolveSecrets(input, surface.secrets, 'change');
  return surface.redactor.value(await evaluatePolicy({ tool, input: filled, at, ruleSet: book, unattended }, context));
}

function offeredTool(name: string, { tools, whyNotOffered }: Pick<ServerSurface, 'tools' | 'whyNotOffered'>): AnyTool {
  const tool = tools.find((one) => one.name === name);
  if (tool) return tool;
  const near = nearest(
    name,
    tools.map((one) => one.name),
  );
  throw new Refusal(
    whyNotOffered(name) ?? `there is no tool ${name}`,
    near ? `Nearest is ${near}.` : '"iot-ops-mcp tools" prints them.',
    'tool',
  );
}
