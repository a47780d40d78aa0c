import { groups } from '../../clients/thingspace/groups.ts';
import { type triggerMembers, triggers } from '../../clients/thingspace/triggers.ts';
import { textMemberOf } from '../../text/is-object.ts';
import { quoteName, sanitize } from '../../text/sanitize.ts';
import { planner, type TargetState } from '../planner.ts';
import type { SimReadContext } from './sim-rows.ts';
import { missingListenerWarnings } from './sims.ts';

interface TriggerBody {
  accountName?: string | undefined;
  groupName?: string | undefined;
  triggerCategory: keyof typeof triggerMembers;
  dataTriggerRequest?: { comparator: string; threshold: number; thresholdUnit: string } | undefined;
  smsTriggerRequest?: { smsType: string; comparator: string; threshold: number } | undefined;
  sessionTriggerRequest?: { comparator: string; threshold: number } | undefined;
}

const comparatorWords: Record<string, string> = { gt: 'over', gte: 'at least', lt: 'under', lte: 'at most' };

function describeThreshold(body: TriggerBody): string {
  const rule = body.dataTriggerRequest ?? body.smsTriggerRequest ?? body.sessionTriggerRequest;
  if (!rule) return body.triggerCategory;
  const unit = 'thresholdUnit' in rule ? ` ${rule.thresholdUnit}` : '';
  return `${body.triggerCategory} ${comparatorWords[rule.comparator] ?? rule.comparator} ${rule.threshold}${unit}`;
}

async function listTriggers({ connection, signal }: SimReadContext) {
  return (await connection.call(triggers.list, {}, { signal })).flatMap((one) => one.triggers ?? []);
}

/** Warns when the trigger's group does not exist or nobody listens to AlertService. */
async function warningsFor(body: TriggerBody | undefined, at: SimReadContext): Promise<string[]> {
  if (!body?.accountName) return [];
  const group = body.groupName;
  const known = group ? await at.connection.call(groups.list, { path: { accountName: body.accountName } }, { signal: at.signal }) : [];
  const missing = group && !known.some((one) => one.name === group) ? [`account ${body.accountName} has no group ${quoteName(group)}`] : [];
  return [...missing, ...(await missingListenerWarnings('AlertService', body.accountName, at))];
}

export const createTrigger = planner({
  operation: triggers.create,
  async inspect(inputs, at) {
    const present = await listTriggers(at);
    const targets = inputs.map(({ body }): TargetState => {
      const found = present.some((one) => one.triggerName === body.name);
      const target = {
        device: body.name,
        label: `trigger ${quoteName(body.name)}`,
        groups: body.groupName ? [body.groupName] : [],
        before: { present: found ? 'yes' : 'no' },
      };
      return found ? { ...target, verdict: 'refuse', why: 'there is a trigger of this name' } : { ...target, verdict: 'change' };
    });
    const first = inputs[0]?.body;
    return {
      targets,
      steps: inputs.map((input) => ({ input, targets: [input.body.name] })),
      effect: `notify AlertService of ${first ? describeThreshold(first) : ''}${first?.groupName ? ` in group ${quoteName(first.groupName)}` : ''}`,
      noun: 'trigger',
      effects: triggers.create.effects,
      undo: 'deleting the trigger',
      warnings: await warningsFor(first, at),
    };
  },
  providerRequestIdOf: (reply) => textMemberOf(reply, 'triggerId'),
  async settle(step, at) {
    const device = step.input.body.name;
    const found = (await listTriggers(at)).find((one) => one.triggerName === device);
    return [
      found ? { device, outcome: 'applied', after: { present: 'yes', id: String(found.triggerId ?? '') } } : { device, outcome: 'pending' },
    ];
  },
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});

export const updateTrigger = planner({
  operation: triggers.update,
  async inspect(inputs, at) {
    const present = await listTriggers(at);
    const targets = inputs.map(({ body }): TargetState => {
      const found = present.find((one) => one.triggerId === body.triggerId);
      const target = { device: body.triggerId, label: `trigger ${body.triggerId}` };
      if (!found) return { ...target, before: { present: 'no' }, verdict: 'refuse', why: 'there is no such trigger' };
      const before = {
        name: sanitize(found.triggerName?.toString() ?? '', 40),
        bound: sanitize(
          `${found.triggerCategory ?? ''} ${found.comparator ?? ''} ${found.threshold ?? ''} ${found.thresholdUnit ?? ''}`,
          60,
        ),
        changed: sanitize(found.modifiedAt?.toString() ?? '', 40),
      };
      return { ...target, before, verdict: 'change' };
    });
    const first = inputs[0]?.body;
    return {
      targets,
      steps: inputs.map((input) => ({ input, targets: [input.body.triggerId] })),
      effect: `replace the whole trigger: ${first ? describeThreshold(first) : ''}${first?.active === false ? ', switched off' : ''}`,
      noun: 'trigger',
      effects: triggers.update.effects,
      undo: 'writing its previous values, which are in the record',
      warnings: await warningsFor(first, at),
    };
  },
  async settle(step, at) {
    const { triggerId: device, triggerName } = step.input.body;
    const found = (await listTriggers(at)).find((one) => one.triggerId === device);
    const modified = Date.parse(found?.modifiedAt?.toString() ?? '');
    const done = found?.triggerName === triggerName && (step.answered || modified >= step.sentAt - 1000);
    return [{ device, outcome: done ? 'applied' : 'pending', after: { changed: sanitize(found?.modifiedAt?.toString() ?? '', 40) } }];
  },
  settleTimeout: { ms: 120_000, onTimeout: 'unknown' },
});

export const removeTrigger = planner({
  operation: triggers.remove,
  async inspect(inputs, at) {
    const present = await listTriggers(at);
    const targets = inputs.map(({ path: { triggerId } }): TargetState => {
      const found = present.find((one) => one.triggerId === triggerId);
      const before = found ? { present: 'yes', name: sanitize(found.triggerName?.toString() ?? '', 40) } : { present: 'no' };
      return { device: triggerId, label: `trigger ${triggerId}`, before, verdict: found ? 'change' : 'unchanged' };
    });
    return {
      targets,
      steps: inputs.filter((_, i) => targets[i]?.verdict === 'change').map((input) => ({ input, targets: [input.path.triggerId] })),
      effect: `delete trigger ${quoteName(targets[0]?.before['name'] ?? '')}`,
      noun: 'trigger',
      effects: triggers.remove.effects,
      undo: 'set_usage_trigger makes a new one',
    };
  },
  async settle(step, at) {
    const device = step.input.path.triggerId;
    const found = (await listTriggers(at)).some((one) => one.triggerId === device);
    return [{ device, outcome: found ? 'pending' : 'applied', after: { present: found ? 'yes' : 'no' } }];
  },
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});
