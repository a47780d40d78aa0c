import type { PolicyView } from './active-policy.ts';

/** The rules in force as text, one line each. */
export function policyText({
  version,
  off,
  problem,
  zone,
  freeze,
  rules,
  default: otherwise,
  budgets,
  leftOut,
  approval,
}: PolicyView): string {
  const amount = (used: number | Record<string, number>): string =>
    typeof used === 'number'
      ? String(used)
      : Object.entries(used)
          .map(([name, count]) => `${name} ${count}`)
          .join(', ');
  return [
    `policy ${version}, zone ${zone}`,
    ...(off ? [off] : []),
    ...(problem ? [problem] : []),
    ...(freeze ? [`freeze "${freeze.name}" ${freeze.now ? 'NOW, nothing changes' : `from ${freeze.from}`} until ${freeze.to}`] : []),
    ...rules.map(({ rule, verdict, when }, i) => `${i + 1}. ${rule}: ${verdict}, ${when}`),
    `${rules.length > 0 ? 'else ' : ''}${otherwise.join('; ')}`,
    ...budgets.map(({ budget, limit, used }) => `budget "${budget}": ${limit}; used ${amount(used)}`),
    ...(leftOut ? [`${leftOut} more are not shown`] : []),
    approval,
  ].join('\n');
}
