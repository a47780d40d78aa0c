/** What the policy would say of a tool call: planned on the connections as they are, and nothing of it kept or sent. */
import { extentOf, judge, weigh } from '../changes/rules/judge.ts';
import type { Rulebook } from '../changes/rules/rulebook.ts';
import { subjectOf } from '../changes/rules/subject.ts';
import { sentence } from '../changes/sentence.ts';
import { checkInput } from '../clients/http/client.ts';
import { Refusal } from '../clients/http/errors.ts';
import { instant } from '../clock.ts';
import { fence } from '../text/fence.ts';
import { badInput } from './bad-input.ts';
import type { ChangeTool, Context } from './define.ts';

const mostShown = 50;

export interface Rehearsal {
  tool: ChangeTool;
  input: unknown;
  /** When it would be asked for, ms since 1970. */
  at: number;
  book: Rulebook;
  /** Whether a connection is a sandbox and nobody is named who could approve. */
  unattended(connection: string): boolean;
}

/** The decision in lines, with what it rests on. */
export async function rehearse({ tool, input, at, book, unattended }: Rehearsal, context: Context): Promise<string[]> {
  const parsed = tool.input.safeParse(input);
  if (!parsed.success) throw badInput(tool, parsed.error);
  const { connection, inputs, operation = tool.operations[0] } = await tool.want(parsed.data, context);
  if (!operation || context.planners.isNeverRun(operation))
    throw new Refusal(`${tool.name} would run what no tool ever runs`, 'An operator does this at the provider.');
  connection.admit(operation);
  for (const one of inputs) checkInput(operation, one);
  const { clock, signal, caller } = context;
  const picture = await context.planners.plannerOf(operation).look(inputs, { connection, clock, signal });
  const total = await context.fleet.total(connection.name, signal);
  const subject = subjectOf({ operation, connection, caller, at, picture, total, unattended: unattended(connection.name) });
  const left = picture.targets.filter(({ verdict }) => verdict !== 'change');
  const leftOut = left.map(
    ({ label, verdict, why }) => `  ${label}: ${verdict === 'refuse' ? `refused, ${why ?? 'not in a state for this'}` : 'already so'}`,
  );
  const asked = [
    `${tool.name} runs ${operation.id} (${picture.effects.join(', ')}) on ${connection.name}, by ${caller} at ${instant(at)}`,
    ...(connection.writes ? [] : [`connection ${connection.name} does not allow changes: refused before any rule`]),
    ...short(leftOut),
  ];
  if (subject.targets.length === 0) return [...asked, 'nothing would change, so no rule is asked'];
  const { verdict, rule, version } = judge(book, subject);
  const { count, share } = extentOf(subject);
  const size = `${Number.isFinite(count) ? count : 'all'} of ${total ?? 'an unknown number of'} devices${share === undefined ? '' : ` (${Number(share.toFixed(1))} %)`}`;
  return [
    ...asked,
    sentence(picture, connection.name),
    `it touches ${size}`,
    `${verdict.toUpperCase()}: ${rule} (policy ${version})`,
    ...short(
      weigh(book, subject).map(({ target, decision, rules }) => {
        const { name, groups = [], plan } = target;
        const facts = [
          ...(name === undefined ? [] : [`name ${fence(name, 40)}`]),
          ...(groups.length > 0 ? [`groups ${fence(groups.join(', '), 80)}`] : []),
          ...(plan === undefined ? [] : [`plan ${fence(plan, 40)}`]),
        ];
        const fitting = rules.length > 0 ? `; fitting: ${rules.join(', ')}` : '';
        return `  ${target.device}${facts.length > 0 ? ` (${facts.join('; ')})` : ''}: ${decision.verdict}, ${decision.rule}${fitting}`;
      }),
    ),
    ...(picture.targets.some((target) => target.verdict === 'refuse') ? ['the plan ends as refused, for what is refused above'] : []),
    'nothing was sent; budgets are not counted here',
  ];
}

const short = (lines: readonly string[]): string[] =>
  lines.length > mostShown ? [...lines.slice(0, mostShown), `  and ${lines.length - mostShown} more`] : [...lines];
