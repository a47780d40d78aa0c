import { type promoTriggers as contracts, promoShares } from '../../clients/thingspace/promo-triggers.ts';
import { asObject, asText, type Handlers, type SandboxResponse } from '../handler.ts';
import type { World } from '../world.ts';
import { readBody, required } from './body.ts';
import { accountOf } from './device-lookup.ts';
import { apiError } from './errors.ts';
import type { AccountPlan, PromoTrigger } from './state.ts';

const noPromotion = -2_147_483_648;
const organizationName = 'Example Tank Co';

/** Formats a time as version 2 triggers do, with three digits for the seconds: `2021-08-25T14:46:011.347Z`. */
function promoTime(ms: number): string {
  return new Date(ms).toISOString().replace(/:(\d\d\.\d{3}Z)$/, ':0$1');
}

function triggerOf(world: World, id: string): PromoTrigger {
  const trigger = world.thingspace.promoTriggers.find((one) => one.id.toUpperCase() === id.toUpperCase());
  if (!trigger) throw apiError('REQUEST_FAILED.TriggerNotFound', 'The trigger does not exist.');
  return trigger;
}

const headOf = ({ id, name, account }: PromoTrigger) => ({
  triggerId: id,
  triggerName: name,
  accountName: account,
  organizationName,
  triggerCategory: 'PromoAlerts',
});
const timesOf = ({ created, modified }: PromoTrigger) => ({ createdAt: promoTime(created), modifiedAt: promoTime(modified) });
const word = (value: boolean): string => (value ? 'True' : 'False');

/** A trigger in a list: attributes whose values are texts, the service plan without one. */
function listed(trigger: PromoTrigger) {
  const { data, sms, days, announcesEnd } = trigger;
  const shares = (prefix: string, on: readonly string[]) =>
    promoShares.map((share) => ({ key: `${prefix}Percentage${share}`, value: word(on.includes(share)) }));
  return {
    ...headOf(trigger),
    triggerAttributes: [
      { key: 'ServicePlan' },
      ...shares('Data', data),
      ...shares('Sms', sms),
      { key: 'NoOfDaysB4PromoExp', value: String(days) },
      { key: 'EnablePromoExp', value: word(announcesEnd) },
    ],
    ...timesOf(trigger),
  };
}

/** A trigger on its own. */
function single(trigger: PromoTrigger) {
  const { plan, data, sms, days, announcesEnd } = trigger;
  const shares = (prefix: string, on: readonly string[]) =>
    Object.fromEntries(promoShares.map((share) => [`${prefix}Percentage${share}`, on.includes(share)]));
  return {
    ...headOf(trigger),
    promoAlerts: {
      filterCriteria: { servicePlan: plan },
      condition: { ...shares('data', data), ...shares('sms', sms), noOfDaysB4PromoExp: days },
      enablePromo: announcesEnd,
    },
    active: true,
    ...timesOf(trigger),
  };
}

const listOf = (triggers: readonly PromoTrigger[]): SandboxResponse<{ triggers: ReturnType<typeof listed>[] }> => ({
  status: 200,
  body: { triggers: triggers.map(listed) },
});

function ratePlan(world: World, { code, name, sizeKb, carrierServicePlanCode }: AccountPlan, accountName: string) {
  const promotion = world.thingspace.promotions.find((one) => one.plan === code);
  return {
    description: name,
    sizeKb: String(sizeKb),
    carrierRatePlanCode: carrierServicePlanCode,
    zeroDollarBilling: false,
    promotionOffered: promotion !== undefined,
    promotionDays: promotion?.days ?? noPromotion,
    ratePlanType: 'accountShare',
    account: [{ accountName, mtasAccountNumber: accountName }],
  };
}

/** The first element of a list, or the value itself. */
const only = (value: unknown): Record<string, unknown> => asObject(Array.isArray(value) ? value[0] : value);

/**
 * Version 2 triggers: one of each account and promoted service plan, made by the platform. Assumption: every trigger of version 2 belongs to a
 * promotion. They never fire, because the form of their alerts is not documented.
 */
export const promoTriggers: Handlers<typeof contracts> = {
  ratePlans({ world, path }) {
    const { name, plans } = accountOf(world.thingspace, path.ecpdId);
    const [shared, ...others] = plans.filter(({ code }) => code !== undefined).map((plan) => ratePlan(world, plan, name));
    const group = { ratePlanGroupDescription: 'Shared plans', ratePlanType: 'AccountShareGroup', ratePlan: shared ? [shared] : [] };
    return { status: 200, body: { ratePlanGroup: [group, ...others] } };
  },

  all: ({ world }) => listOf(world.thingspace.promoTriggers),

  listOfAccount({ world, path }) {
    const { name } = accountOf(world.thingspace, path.accountName);
    return listOf(world.thingspace.promoTriggers.filter(({ account }) => account === name));
  },

  list: ({ world }) => listOf(world.thingspace.promoTriggers),

  read: ({ world, path }) => ({ status: 200, body: { triggers: [single(triggerOf(world, path.triggerId))] } }),

  // Objects as on the page, or lists as the SDK sends them.
  update({ world, body }) {
    const sent = readBody(body);
    const trigger = triggerOf(world, required(sent, 'triggerId'));
    if (required(sent, 'accountName') !== trigger.account)
      throw apiError('INPUT_INVALID.Account.NotDefined', 'The trigger is in another account.');
    const alert = only(sent['promoAlerts']);
    const condition = only(alert['condition']);
    const on = (prefix: string): string[] => promoShares.filter((share) => condition[`${prefix}Percentage${share}`] === true);
    trigger.data = on('data');
    trigger.sms = on('sms');
    trigger.days = Number(asText(condition['noOfDaysB4PromoExp'] ?? condition['NoOfDaysB4PromoExp']) ?? 0);
    trigger.announcesEnd = (alert['enablePromoExp'] ?? alert['enablePromo']) === true;
    trigger.modified = world.clock.now();
    return { status: 200, body: { status: 'Success' } };
  },
};
