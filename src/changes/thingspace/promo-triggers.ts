import type { InputOf } from '../../clients/http/endpoint.ts';
import { type PromoSettings, promoSettingsOf, promoShares, promoTriggers } from '../../clients/thingspace/promo-triggers.ts';
import { quoteName, sanitize } from '../../text/sanitize.ts';
import { planner, type TargetState } from '../planner.ts';
import type { SimReadContext } from './sim-rows.ts';

type UpdateInput = InputOf<typeof promoTriggers.update>;
type Alert = UpdateInput['body']['promoAlerts'][number];

const unread = 'not reported';

/** The settings as facts of a target: shares as `75 90`, `none` for no alert. */
function factsOf({ data, sms, days, announcesEnd }: Omit<PromoSettings, 'servicePlan'>): Record<'data' | 'sms' | 'days' | 'end', string> {
  const words = (shares: readonly string[] | undefined): string => (shares ? shares.join(' ') || 'none' : unread);
  return {
    data: words(data),
    sms: words(sms),
    days: days === undefined ? unread : String(days),
    end: announcesEnd === undefined ? unread : announcesEnd ? 'announced' : 'not announced',
  };
}

/** The facts that a request asks for. */
function wantedFacts({ body: { promoAlerts } }: UpdateInput) {
  const [alert] = promoAlerts;
  const on = (kind: 'data' | 'sms') => promoShares.filter((share) => alert?.condition[`${kind}Percentage${share}`]);
  return factsOf({ data: on('data'), sms: on('sms'), days: alert?.condition.noOfDaysB4PromoExp, announcesEnd: alert?.enablePromoExp });
}

/** The request's alert with the settings of recorded facts; undefined when one of them was not reported. */
function alertOf({ filterCriteria }: Alert, facts: Readonly<Record<string, string>>): Alert | undefined {
  const { data, sms, days, end } = facts;
  if (data === undefined || sms === undefined || days === undefined || end === undefined) return undefined;
  if ([data, sms, days, end].includes(unread)) return undefined;
  const has = (shares: string, share: string): boolean => shares.split(' ').includes(share);
  return {
    filterCriteria,
    condition: {
      dataPercentage50: has(data, '50'),
      dataPercentage75: has(data, '75'),
      dataPercentage90: has(data, '90'),
      dataPercentage100: has(data, '100'),
      smsPercentage50: has(sms, '50'),
      smsPercentage75: has(sms, '75'),
      smsPercentage90: has(sms, '90'),
      smsPercentage100: has(sms, '100'),
      noOfDaysB4PromoExp: Number(days),
    },
    enablePromoExp: end === 'announced',
  };
}

const sameFacts = (one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean =>
  ['data', 'sms', 'days', 'end'].every((name) => one[name] === other[name]);

async function find(id: string, { connection, signal }: SimReadContext) {
  const { triggers } = await connection.call(promoTriggers.list, {}, { signal });
  return triggers?.find(({ triggerId }) => String(triggerId ?? '').toUpperCase() === id.toUpperCase());
}

function describe({ data, sms, days, end }: ReturnType<typeof wantedFacts>): string {
  const shares = (what: string, of: string): string[] => (of === 'none' ? [] : [`at ${of.replaceAll(' ', ', ')} % of its ${what}`]);
  const alerts = [...shares('data', data), ...shares('SMS', sms), ...(end === 'announced' ? [`${days} days before its end`] : [])];
  return alerts.length > 0 ? `alert of the promotion ${alerts.join(', ')}` : 'never alert of the promotion';
}

/** Replaces the settings of a promotion trigger. The carrier made it: its name, account and service plan stay as they are. */
export const updatePromoTrigger = planner({
  operation: promoTriggers.update,
  async inspect(inputs, at) {
    const targets: TargetState[] = [];
    for (const input of inputs) {
      const { triggerId, triggerName, accountName, promoAlerts } = input.body;
      const found = await find(triggerId, at);
      const target = { device: triggerId, label: `trigger ${sanitize(triggerName, 60)}` };
      if (!found) {
        targets.push({ ...target, before: { present: 'no' }, verdict: 'refuse', why: 'there is no such promotion trigger' });
        continue;
      }
      const settings = promoSettingsOf(found);
      const before = factsOf(settings);
      const plan = promoAlerts[0]?.filterCriteria.servicePlan;
      const other = (
        [
          ['triggerName', String(found.triggerName ?? triggerName), triggerName],
          ['accountName', String(found.accountName ?? accountName), accountName],
          ['servicePlan', settings.servicePlan ?? plan, plan],
        ] as const
      ).find(([, is, asked]) => is !== asked);
      if (other)
        targets.push({
          ...target,
          before,
          verdict: 'refuse',
          why: `its ${other[0]} is ${quoteName(other[1] ?? '')}, which cannot be changed`,
        });
      else targets.push({ ...target, before, verdict: sameFacts(before, wantedFacts(input)) ? 'unchanged' : 'change' });
    }
    const first = inputs[0];
    const known = targets.every(({ before }) => !Object.values(before).includes(unread));
    return {
      targets,
      steps: inputs.filter((_, i) => targets[i]?.verdict === 'change').map((input) => ({ input, targets: [input.body.triggerId] })),
      effect: first ? describe(wantedFacts(first)) : '',
      noun: 'trigger',
      effects: promoTriggers.update.effects,
      ...(known ? { undo: 'undo_change, which writes the previous settings' } : {}),
    };
  },
  async settle(step, at) {
    const device = step.input.body.triggerId;
    const found = await find(device, at);
    if (!found) return [{ device, outcome: 'pending', why: 'not found when read back' }];
    const after = factsOf(promoSettingsOf(found));
    return [{ device, outcome: sameFacts(after, wantedFacts(step.input)) ? 'applied' : 'pending', after }];
  },
  inverse({ input }, done) {
    const [alert] = input.body.promoAlerts;
    const former = alert && done[0] && alertOf(alert, done[0].before);
    return former && { operation: promoTriggers.update, inputs: [{ body: { ...input.body, promoAlerts: [former] } }] };
  },
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});
