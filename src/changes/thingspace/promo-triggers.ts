import type { InputOf } from '../../clients/http/endpoint.ts';
import { type PromoSettings, promoSettingsOf, promoShares, promoTriggers } from '../../clients/thingspace/promo-triggers.ts';
import { quoteName, sanitize } from '../../text/sanitize.ts';
import { field, fixed, joined, nothing, type Phrase, phrase, stated } from '../document/phrase.ts';
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

/** `alert of the promotion at 75, 90 % of its data, 5 days before its end`. Without alerts: `never alert of the promotion`. */
function describe(body: UpdateInput['body']): Phrase {
  const [alert] = body.promoAlerts;
  if (!alert) return phrase`never alert of the promotion`;
  const alerts = [sharesText(alert, 'data'), sharesText(alert, 'sms')].flatMap((one) => one ?? []);
  const days = phrase`${field('body.promoAlerts.condition.noOfDaysB4PromoExp')} days before its end`;
  if (alert.enablePromoExp) alerts.push(phrase`${stated('body.promoAlerts.enablePromoExp', true, days)}`);
  const text = alerts.length > 0 ? phrase`alert of the promotion ${joined(alerts)}` : phrase`never alert of the promotion`;
  const end = alert.enablePromoExp
    ? nothing
    : phrase`${stated('body.promoAlerts.enablePromoExp', false, phrase`, its end is not announced`)}`;
  return phrase`${text}${alertsOff(alert)}${end} (plan ${field('body.promoAlerts.filterCriteria.servicePlan')})`;
}

const sharePath = (kind: 'data' | 'sms', share: (typeof promoShares)[number]): string =>
  `body.promoAlerts.condition.${kind}Percentage${share}`;

/** `at 75, 90 % of its data`; undefined where there is no share. */
function sharesText({ condition }: Alert, kind: 'data' | 'sms'): Phrase | undefined {
  const on = promoShares.filter((share) => condition[`${kind}Percentage${share}`]);
  if (on.length === 0) return undefined;
  const shares = joined(on.map((share) => stated(sharePath(kind, share), true, fixed(share))));
  return phrase`at ${shares} % of its ${kind === 'data' ? phrase`data` : phrase`SMS`}`;
}

/** The shares that are switched off, which the text says by leaving them out. */
function alertsOff({ condition }: Alert): Phrase {
  const off = (['data', 'sms'] as const).flatMap((kind) =>
    promoShares.filter((share) => !condition[`${kind}Percentage${share}`]).map((share) => stated(sharePath(kind, share), false, nothing)),
  );
  return off.length > 0 ? phrase`, at no other share${joined(off, nothing)}` : nothing;
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
      else
        targets.push({
          ...target,
          before,
          ...(sameFacts(before, wantedFacts(input)) ? { verdict: 'unchanged' } : { verdict: 'change', becomes: wantedFacts(input) }),
        });
    }
    const first = inputs[0];
    const known = targets.every(({ before }) => !Object.values(before).includes(unread));
    return {
      targets,
      steps: inputs.filter((_, i) => targets[i]?.verdict === 'change').map((input) => ({ input, targets: [input.body.triggerId] })),
      effect: first ? describe(first.body) : nothing,
      noun: 'trigger',
      effects: promoTriggers.update.effects,
      ...(known ? { undo: phrase`undo_change, which writes the previous settings` } : {}),
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
