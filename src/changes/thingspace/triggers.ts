import { groups } from '../../clients/thingspace/groups.ts';
import { triggerMembers, triggers } from '../../clients/thingspace/triggers.ts';
import { textMemberOf } from '../../text/is-object.ts';
import { quoteName, sanitize } from '../../text/sanitize.ts';
import { warning } from '../document/approval-document.ts';
import { field, nothing, type Phrase, phrase, quoted, quotedList, settings, stated, word } from '../document/phrase.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type Dependents, planner, type TargetState, type Warning } from '../planner.ts';
import { membersBehind } from './group-members.ts';
import type { SimReadContext } from './sim-rows.ts';
import { missingListenerWarnings } from './sim-warnings.ts';

interface TriggerBody {
  accountName?: string | undefined;
  groupName?: string | undefined;
  triggerCategory: keyof typeof triggerMembers;
  dataTriggerRequest?: { comparator: Comparator; threshold: number; thresholdUnit: string } | undefined;
  smsTriggerRequest?: { smsType: string; comparator: Comparator; threshold: number } | undefined;
  sessionTriggerRequest?: { comparator: Comparator; threshold: number } | undefined;
}

type Comparator = 'lt' | 'lte' | 'gt' | 'gte';

const comparatorWords: Readonly<Record<Comparator, Phrase>> = {
  gt: phrase`over`,
  gte: phrase`at least`,
  lt: phrase`under`,
  lte: phrase`at most`,
};

/** What the trigger watches: `DeviceDataUsage over 50 MB`. The words for the comparison are those of the first request. */
function describeThreshold(body: TriggerBody | undefined): Phrase {
  const category = word('body.triggerCategory');
  const member = body && triggerMembers[body.triggerCategory];
  if (!body || member === undefined) return phrase`${category}`;
  const path = `body.${member}`;
  const rule = body.dataTriggerRequest ?? body.smsTriggerRequest ?? body.sessionTriggerRequest;
  if (!rule) return phrase`${category} with ${settings(path)}`;
  const comparator = stated(`${path}.comparator`, rule.comparator, comparatorWords[rule.comparator]);
  const unit = 'thresholdUnit' in rule ? phrase` ${word(`${path}.thresholdUnit`)}` : nothing;
  const direction = 'smsType' in rule ? phrase` ${word(`${path}.smsType`)}` : nothing;
  return phrase`${category}${direction} ${comparator} ${field(`${path}.threshold`)}${unit}`;
}

/** The SIMs that it watches: ` in group "West tanks" of account 0442000123-00001`. */
function describeScope(bodies: readonly TriggerBody[]): Phrase {
  const group = bodies.some(({ groupName }) => groupName !== undefined) ? phrase` in group ${field('body.groupName')}` : nothing;
  const account = bodies.some(({ accountName }) => accountName !== undefined) ? phrase` of account ${field('body.accountName')}` : nothing;
  return phrase`${group}${account}`;
}

async function listTriggers({ connection, signal }: SimReadContext) {
  return (await connection.call(triggers.list, {}, { signal })).flatMap((one) => one.triggers ?? []);
}

/** Warns when the trigger's group does not exist or nobody listens to AlertService. */
async function warningsFor({ accountName, groupName: group }: TriggerBody, at: SimReadContext): Promise<Warning[]> {
  if (!accountName) return [];
  const known = group ? await at.connection.call(groups.list, { path: { accountName } }, { signal: at.signal }) : [];
  const missing =
    group && !known.some((one) => one.name === group)
      ? [warning('no-such-group', phrase`account ${quoted(accountName)} has no group ${quoted(group)}`)]
      : [];
  return [...missing, ...(await missingListenerWarnings('AlertService', accountName, at))];
}

/** The SIMs that the triggers watch, before and after the change, with what a person should know about them. */
async function watched(
  scopes: readonly { accountName?: string | undefined; groupName?: string | undefined }[],
  warnings: readonly Warning[],
  at: SimReadContext,
): Promise<{ dependents?: Dependents; warnings: Warning[] }> {
  const known = scopes.flatMap(({ accountName, groupName }) => (accountName ? [{ accountName, groupName: groupName || undefined }] : []));
  // The members of a group that does not exist cannot be read.
  const missing = warnings.some(({ code }) => code === 'no-such-group');
  const behind = missing ? { warnings: [] } : await membersBehind(known, at);
  const unknown = known.length < scopes.length ? [warning('members-unknown', phrase`which SIMs it watches is not stated`)] : [];
  return { ...behind, warnings: [...warnings, ...unknown, ...behind.warnings] };
}

/** Account and group of a trigger in the list. */
const scopeOf = (found: object) => ({ accountName: textMemberOf(found, 'accountName'), groupName: textMemberOf(found, 'groupName') });

/** The threshold of a trigger as one fact. */
const boundText = (category: unknown, comparator: unknown, threshold: unknown, unit: unknown): string =>
  sanitize([category, comparator, threshold, unit].map((one) => `${one ?? ''}`).join(' '), 60);

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
    const bodies = inputs.map(({ body }) => body);
    const cycle = bodies.some(({ triggerCycle }) => triggerCycle !== undefined) ? phrase` ${word('body.triggerCycle')}` : nothing;
    const warnings = (await mapWithConcurrency(bodies, (body) => warningsFor(body, at))).flat();
    return {
      ...(await watched(bodies, warnings, at)),
      targets,
      steps: inputs.map((input) => ({ input, targets: [input.body.name] })),
      effect: phrase`notify AlertService of ${describeThreshold(bodies[0])}${cycle}${describeScope(bodies)}`,
      noun: 'trigger',
      effects: triggers.create.effects,
      undo: phrase`deleting the trigger`,
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
        bound: boundText(found.triggerCategory, found.comparator, found.threshold, found.thresholdUnit),
        changed: sanitize(found.modifiedAt?.toString() ?? '', 40),
      };
      const rule = body.dataTriggerRequest ?? body.smsTriggerRequest ?? body.sessionTriggerRequest;
      const bound = rule && {
        bound: boundText(body.triggerCategory, rule.comparator, rule.threshold, 'thresholdUnit' in rule ? rule.thresholdUnit : ''),
      };
      return { ...target, before, becomes: { name: body.triggerName, ...bound }, verdict: 'change' };
    });
    const bodies = inputs.map(({ body }) => body);
    const scopes = inputs.flatMap(({ body }) => present.filter((one) => one.triggerId === body.triggerId).map(scopeOf));
    const warnings = (await mapWithConcurrency(bodies, (body) => warningsFor(body, at))).flat();
    const off = bodies.some(({ active }) => active === false);
    const on = bodies.some(({ active }) => active === true);
    return {
      ...(await watched([...bodies, ...scopes], warnings, at)),
      targets,
      steps: inputs.map((input) => ({ input, targets: [input.body.triggerId] })),
      effect: phrase`replace the whole trigger: ${describeThreshold(bodies[0])}${off ? stated('body.active', false, phrase`, switched off`) : nothing}${on ? stated('body.active', true, phrase`, switched on`) : nothing}${describeScope(bodies)}, named ${field('body.triggerName')}`,
      noun: 'trigger',
      effects: triggers.update.effects,
      undo: phrase`writing its previous values, which are in the record`,
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
    const scopes = inputs.flatMap(({ path }) => present.filter((one) => one.triggerId === path.triggerId).map(scopeOf));
    const names = targets.flatMap(({ before }) => before['name'] ?? []);
    return {
      ...(await watched(scopes, [], at)),
      targets,
      steps: inputs.filter((_, i) => targets[i]?.verdict === 'change').map((input) => ({ input, targets: [input.path.triggerId] })),
      effect: phrase`delete trigger ${quotedList(names)}`,
      noun: 'trigger',
      effects: triggers.remove.effects,
      undo: phrase`set_usage_trigger makes a new one`,
    };
  },
  async settle(step, at) {
    const device = step.input.path.triggerId;
    const found = (await listTriggers(at)).some((one) => one.triggerId === device);
    return [{ device, outcome: found ? 'pending' : 'applied', after: { present: found ? 'yes' : 'no' } }];
  },
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});
