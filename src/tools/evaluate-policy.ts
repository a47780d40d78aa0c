/** Dry run of a tool call against the policy. The plan reads the current state of the connection; nothing is stored and no change is sent. */
import { approvalDocument } from '../changes/document/approval-document.ts';
import { evaluateRules, evaluateTargets, extentOf } from '../changes/rules/evaluate-rules.ts';
import type { RuleSet } from '../changes/rules/rule-set.ts';
import { subjectOf } from '../changes/rules/subject.ts';
import { checkInput } from '../clients/http/check-input.ts';
import { Refusal } from '../clients/http/errors.ts';
import { instant } from '../clock.ts';
import { sanitize } from '../text/sanitize.ts';
import { badInput } from './bad-input.ts';
import type { ChangeTool, ToolContext } from './define.ts';

const maxShown = 50;

export interface PolicyEvaluationRequest {
  tool: ChangeTool;
  input: unknown;
  /** Time of the request, ms since 1970. */
  at: number;
  ruleSet: RuleSet;
  /** Whether a connection is a sandbox and no approver is configured. */
  unattended(connection: string): boolean;
}

/** The decision as lines of text, with the facts it is based on. Throws a Refusal for invalid input. */
export async function evaluatePolicy(
  { tool, input, at, ruleSet, unattended }: PolicyEvaluationRequest,
  context: ToolContext,
): Promise<string[]> {
  const parsed = tool.input.safeParse(input);
  if (!parsed.success) throw badInput(tool, parsed.error);
  const { connection, inputs, operation = tool.operations[0] } = await tool.toRequest(parsed.data, context);
  if (!operation || context.planners.isNeverRun(operation))
    throw new Refusal(`${tool.name} would run an operation that no tool may run`, 'Do this in the portal of the provider.');
  connection.assertCallable(operation);
  for (const one of inputs) checkInput(operation, one);
  const { clock, signal, caller } = context;
  const plan = await context.planners.plannerOf(operation).inspect(inputs, { connection, clock, signal });
  const total = await context.fleet.total(connection.name, signal);
  const subject = subjectOf({ operation, connection, caller, at, plan, total, unattended: unattended(connection.name) });
  const unaffected = plan.targets.filter(({ verdict }) => verdict !== 'change');
  const unaffectedLines = unaffected.map(
    ({ label, verdict, why }) => `  ${label}: ${verdict === 'refuse' ? `refused, ${why ?? 'its state does not allow this'}` : 'unchanged'}`,
  );
  const header = [
    `${tool.name} runs ${operation.id} (${plan.effects.join(', ')}) on ${connection.name}, by ${caller} at ${instant(at)}`,
    ...(connection.writes ? [] : [`connection ${connection.name} does not allow changes: refused before any rule is evaluated`]),
    ...truncated(unaffectedLines),
  ];
  if (subject.targets.length === 0) return [...header, 'no target would change, so no rule is evaluated'];
  const { verdict, rule, version } = evaluateRules(ruleSet, subject);
  const { count, share } = extentOf(subject);
  const size = `${Number.isFinite(count) ? count : 'all'} of ${total ?? 'an unknown number of'} devices${share === undefined ? '' : ` (${Number(share.toFixed(1))} %)`}`;
  return [
    ...header,
    approvalDocument(plan, connection.name).headline,
    `affects ${size}`,
    `${verdict.toUpperCase()}: ${rule} (policy ${version})`,
    ...truncated(
      evaluateTargets(ruleSet, subject).map(({ target, decision, rules }) => {
        const { name, groups = [], plan } = target;
        const facts = [
          ...(name === undefined ? [] : [`name ${sanitize(name, 40)}`]),
          ...(groups.length > 0 ? [`groups ${sanitize(groups.join(', '), 80)}`] : []),
          ...(plan === undefined ? [] : [`plan ${sanitize(plan, 40)}`]),
        ];
        const matching = rules.length > 0 ? `; matching rules: ${rules.join(', ')}` : '';
        return `  ${target.device}${facts.length > 0 ? ` (${facts.join('; ')})` : ''}: ${decision.verdict}, ${decision.rule}${matching}`;
      }),
    ),
    ...(plan.targets.some((target) => target.verdict === 'refuse')
      ? ['the plan would be refused because of the refused targets above']
      : []),
    'nothing was sent; budgets are not evaluated here',
  ];
}

const truncated = (lines: readonly string[]): string[] =>
  lines.length > maxShown ? [...lines.slice(0, maxShown), `  and ${lines.length - maxShown} more`] : [...lines];
