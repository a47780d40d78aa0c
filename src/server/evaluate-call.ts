import type { Rulebook } from '../changes/rules/rulebook.ts';
import { Refusal } from '../clients/http/errors.ts';
import type { Redactor } from '../text/redact.ts';
import type { AnyTool, Context } from '../tools/define.ts';
import { rehearse } from '../tools/rehearse.ts';
import { fillSecrets } from '../tools/secrets.ts';
import type { Surface } from '../tools/tool-surface.ts';
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
  surface: Surface,
  { book, unattended }: { book: Rulebook; unattended(connection: string): boolean },
): Promise<string[]> {
  const tool = offeredTool(name, surface);
  if (tool.kind !== 'change')
    return [`${name} is ${tool.kind === 'read' ? 'a read: allow' : 'no change of its own: the rules are asked for the change it names'}`];
  const context: Context = { ...surface.context, caller, signal: new AbortController().signal, progress: () => undefined };
  const filled = fillSecrets(input, surface.secrets, surface.redactor);
  return surface.redactor.value(await rehearse({ tool, input: filled, at, book, unattended }, context));
}

function offeredTool(
  name: string,
  { tools, absent }: { tools: readonly AnyTool[]; absent: Surface['absent']; redactor: Redactor },
): AnyTool {
  const tool = tools.find((one) => one.name === name);
  if (tool) return tool;
  const near = nearest(
    name,
    tools.map((one) => one.name),
  );
  throw new Refusal(absent(name) ?? `there is no tool ${name}`, near ? `Nearest is ${near}.` : '"iot-ops-mcp tools" prints them.', 'tool');
}
