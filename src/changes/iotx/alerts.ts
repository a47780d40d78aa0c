import type { InputOf, ReplyOf } from '../../clients/http/endpoint.ts';
import { ProviderRefused, Refusal } from '../../clients/http/errors.ts';
import { alerts } from '../../clients/iotx/alerts.ts';
import { eq } from '../../clients/iotx/filter.ts';
import { subscribers } from '../../clients/iotx/subscribers.ts';
import { minute } from '../../durations.ts';
import { quoteName } from '../../text/sanitize.ts';
import { warning } from '../document/approval-document.ts';
import { field, phrase, quoted, settings, word } from '../document/phrase.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type PlannerContext, planner, type TargetState, type Warning } from '../planner.ts';
import { findSubscriber } from './subscribers.ts';

type Rule = InputOf<typeof alerts.create>['body'];
type Alert = ReplyOf<typeof alerts.list>[number];
type ReadContext = Pick<PlannerContext, 'connection' | 'signal'>;

const pageSize = 50;
const members = ['ruleType', 'target', 'lowerThreshold', 'upperThreshold'] as const;

/** Creates an alert. Its subject must exist; an equal existing alert leaves it unchanged. */
export const createAlert = planner({
  operation: alerts.create,
  async inspect(inputs, at) {
    const existing = await alertsOf(at);
    const warnings: Warning[] = [];
    const targets = await mapWithConcurrency(inputs, async ({ body }): Promise<TargetState> => {
      checkThresholds(body.lowerThreshold, body.upperThreshold);
      const { device, identifiers, warning: doubt } = await subjectOf(body, at);
      if (doubt) warnings.push(doubt);
      const equal = existing.find((one) => isEqual(one, body));
      const before = { alerts: idsOf(existing, body) };
      return { device, label: device, identifiers, before, verdict: equal ? 'unchanged' : 'change' };
    });
    const first = inputs[0]?.body;
    return {
      targets,
      steps: inputs.flatMap((input, i) => {
        const target = targets[i];
        return target?.verdict === 'change' ? [{ input, targets: [target.device] }] : [];
      }),
      effect: phrase`add a ${word('body.ruleType')} alert from ${field('body.lowerThreshold')} to ${field('body.upperThreshold')} bytes, which bars no SIM`,
      noun: first?.ruleType === 'sim' ? 'subscriber' : first?.ruleType === 'company' ? 'connection' : 'group',
      effects: alerts.create.effects,
      undo: phrase`deleting it in the portal, the API cannot`,
      warnings,
    };
  },
  providerRequestIdOf: (reply) => (reply as Alert | undefined)?.id,
  async settle({ input, targets, providerRequestId, sentAt }, at) {
    const created = (await alertsOf(at)).find((one) =>
      providerRequestId === undefined
        ? isEqual(one, input.body) && Date.parse(one.dateCreated ?? '') >= sentAt - minute
        : one.id === providerRequestId,
    );
    return targets.map((device) =>
      created ? { device, outcome: 'applied' as const, after: { alert: created.id } } : { device, outcome: 'pending' as const },
    );
  },
  settleTimeout: { ms: 2 * minute, onTimeout: 'unknown' },
});

/** Changes an existing alert. */
export const updateAlert = planner({
  operation: alerts.update,
  async inspect(inputs, at) {
    const existing = await alertsOf(at);
    const targets = inputs.map(({ path, body }): TargetState => {
      const alert = existing.find((one) => one.id === path.id);
      if (!alert) {
        const ids = existing.map((one) => one.id);
        throw new Refusal(
          `id: there is no alert ${quoteName(path.id)}`,
          `Nothing was sent. There are: ${ids.slice(0, 20).join(', ')}.`,
          'path.id',
        );
      }
      const next = { ...alert, ...body };
      checkThresholds(next.lowerThreshold ?? 0, next.upperThreshold ?? Number.POSITIVE_INFINITY);
      const verdict = members.every((name) => String(next[name] ?? '') === String(alert[name] ?? '')) ? 'unchanged' : 'change';
      return { device: path.id, label: `alert ${path.id}`, before: factsOf(alert), verdict };
    });
    const old = targets[0]?.before;
    return {
      targets,
      steps: inputs.flatMap((input, i) => (targets[i]?.verdict === 'change' ? [{ input, targets: [input.path.id] }] : [])),
      effect: phrase`set ${settings('body')}`,
      noun: 'alert',
      effects: alerts.update.effects,
      undo: phrase`setting ${quoted(old?.['lowerThreshold'])} to ${quoted(old?.['upperThreshold'])} bytes again`,
    };
  },
  async settle({ input }, at) {
    const device = input.path.id;
    const alert = (await alertsOf(at)).find((one) => one.id === device);
    if (!alert) return [{ device, outcome: 'pending', why: 'not there when read back' }];
    const done = members.every((name) => input.body[name] === undefined || String(input.body[name]) === String(alert[name] ?? ''));
    return [{ device, outcome: done ? 'applied' : 'pending', after: factsOf(alert) }];
  },
  settleTimeout: { ms: 2 * minute, onTimeout: 'failed' },
});

/** All alerts. The list ends at the first page without a new id. */
async function alertsOf({ connection, signal }: ReadContext): Promise<Alert[]> {
  const all = new Map<string, Alert>();
  for (;;) {
    const before = all.size;
    for (const alert of await connection.call(alerts.list, { query: { limit: pageSize, offset: before } }, { signal }))
      all.set(alert.id, alert);
    if (all.size === before) return [...all.values()];
  }
}

/** The subject of a rule: one subscriber by subscriberId (MSISDN) or ICCID, a group, or the whole company. */
async function subjectOf(
  { ruleType, target }: Rule,
  { connection, signal }: ReadContext,
): Promise<{ device: string; identifiers?: readonly string[]; warning?: Warning }> {
  if (ruleType === 'company') return { device: connection.name };
  if (target === undefined)
    throw new Refusal(`target: a ${ruleType} rule requires a target`, 'Give the subscriberId, or the groupId of a group.', 'target');
  if (ruleType !== 'sim') return { device: target };
  try {
    const [named] = await connection.call(subscribers.list, { query: { limit: 1, filter: eq('subscriberId', target).text } }, { signal });
    const one = named ?? (await findSubscriber(target, { connection, signal }));
    if (one) return { device: one.physicalId, identifiers: [one.physicalId, target] };
  } catch (error) {
    if (!(error instanceof ProviderRefused) || error.status !== 400) throw error;
    return {
      device: target,
      warning: warning('subscriber-not-read', phrase`whether subscriber ${quoted(target)} exists could not be read`),
    };
  }
  throw new Refusal(
    `target: ${connection.name} has no subscriber ${quoteName(target)}`,
    'Nothing was sent. It is a subscriberId (MSISDN) or ICCID; find_device shows both.',
    'target',
  );
}

function checkThresholds(lower: number, upper: number): void {
  if (upper > lower) return;
  throw new Refusal('upperThreshold: must be above lowerThreshold', 'Nothing was sent. Both are bytes.', 'upperThreshold');
}

function isEqual(alert: Alert, rule: Rule): boolean {
  return members.every((name) => String(alert[name] ?? '') === String(rule[name] ?? ''));
}

function idsOf(existing: readonly Alert[], { ruleType, target }: Rule): string {
  const same = existing.filter((one) => one.ruleType === ruleType && String(one.target ?? '') === String(target ?? ''));
  return same.map((one) => one.id).join(' ') || 'none';
}

function factsOf(alert: Alert): Record<string, string> {
  return Object.fromEntries(members.map((name) => [name, String(alert[name] ?? '')]));
}
