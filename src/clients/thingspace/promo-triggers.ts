/**
 * Version 2 of the triggers: promotions and rate plans. The carrier makes one promotion trigger per account and service plan; it alerts when a
 * share of the data or SMS of a promotion is used, and some days before the promotion ends.
 */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { Amount, amountOf, Flag, flagOf, Words, wordsOf } from './fields.ts';
import { Attribute } from './ids.ts';
import { Account, Ref, SafeText } from './safe-text.ts';

/** Shares in percent at which a promotion trigger can alert. */
export const promoShares = ['50', '75', '90', '100'] as const;

const formDoubt = 'the settings come as triggerAttributes in lists and as promoAlerts for one trigger; both are read';
const alertDoubt = 'where the alerts are delivered, and in which form, is not documented';

const OneOrMore = <T extends z.ZodType>(schema: T) => z.union([z.array(schema), schema]).nullish();

const Trigger = () =>
  z.looseObject({
    triggerId: Words(),
    triggerName: Words(),
    accountName: Words(),
    organizationName: Words(),
    triggerCategory: Words(),
    triggerAttributes: z.array(Attribute()).nullish(),
    promoAlerts: OneOrMore(
      z.looseObject({
        filterCriteria: OneOrMore(z.looseObject({ servicePlan: Words() })),
        condition: OneOrMore(z.looseObject({})),
        enablePromo: Flag(),
        enablePromoExp: Flag(),
      }),
    ),
    active: Flag(),
    createdAt: Words(),
    modifiedAt: Words(),
  });
const Triggers = () => z.looseObject({ triggers: z.array(Trigger()).nullish() });

/** A promotion trigger in a response. */
export type PromoTrigger = z.output<ReturnType<typeof Trigger>>;

/** What a promotion trigger alerts of; a member that is not understood is undefined. */
export interface PromoSettings {
  servicePlan: string | undefined;
  /** Shares in percent, of `promoShares`. */
  data: string[] | undefined;
  sms: string[] | undefined;
  /** Days before the promotion ends. */
  days: number | undefined;
  /** Whether the end of the promotion is announced at all. */
  announcesEnd: boolean | undefined;
}

/** Reads the settings of a promotion trigger in either form; names are compared without case. */
export function promoSettingsOf({ triggerAttributes, promoAlerts }: PromoTrigger): PromoSettings {
  const values = new Map<string, unknown>();
  for (const { key, value } of triggerAttributes ?? []) values.set((key ?? '').toLowerCase(), value);
  for (const alert of [promoAlerts ?? []].flat()) {
    const { filterCriteria, condition, ...rest } = alert;
    for (const part of [rest, filterCriteria ?? [], condition ?? []].flat())
      for (const [key, value] of Object.entries(part)) values.set(key.toLowerCase(), value);
  }
  const sharesOf = (kind: string): string[] | undefined => {
    const flags = promoShares.map((share) => flagOf(values.get(`${kind}percentage${share}`)));
    return flags.includes(undefined) ? undefined : promoShares.filter((_, i) => flags[i]);
  };
  return {
    servicePlan: wordsOf(values.get('serviceplan')),
    data: sharesOf('data'),
    sms: sharesOf('sms'),
    days: amountOf(values.get('noofdaysb4promoexp')),
    announcesEnd: flagOf(values.get('enablepromoexp') ?? values.get('enablepromo')),
  };
}

const ratePlans = endpoint({
  id: 'thingspace.promoTriggers.ratePlans',
  api: 'm2m',
  route: 'GET /api/m2m/v2/triggers/rateplanlist/{ecpdId}',
  path: { ecpdId: 'reference' },
  effects: [],
  sure: 'documented',
  source: 'get-rateplan-list page, SDK',
  doubts: [
    'ecpdId: the Verizon profile id on the page, the account name in the SDK',
    'the SDK leaves out /api/m2m in the path',
    'an element of ratePlanGroup is a group of plans or one plan',
  ],
  help: 'Lists the rate plans of a profile with their size and the promotion that belongs to them.',
  reply: () => {
    const plan = {
      description: Words(),
      /** In KB. */
      sizeKb: Amount(),
      carrierRatePlanCode: Words(),
      zeroDollarBilling: Flag(),
      promotionOffered: Flag(),
      /** A sample has -2147483648 where there is none. */
      promotionDays: Words(),
      ratePlanType: Words(),
      account: z.array(z.looseObject({ accountName: Words(), mtasAccountNumber: Words() })).nullish(),
    };
    const group = { ratePlanGroupDescription: Words(), ratePlan: z.array(z.looseObject(plan)).nullish() };
    return z.looseObject({ ratePlanGroup: z.array(z.looseObject({ ...plan, ...group })).nullish() });
  },
  example: { path: { ecpdId: '0442000123-00001' } },
});

const all = endpoint({
  id: 'thingspace.promoTriggers.all',
  api: 'm2m',
  route: 'GET /api/m2m/v2/triggers',
  effects: [],
  sure: 'documented',
  source: 'API index of Ready SIM, SDK',
  doubts: [formDoubt, 'whether triggers of other categories are listed too is not documented'],
  help: 'Lists the version 2 triggers visible to the user.',
  reply: () => Triggers(),
  example: {},
});

const listOfAccount = endpoint({
  id: 'thingspace.promoTriggers.listOfAccount',
  api: 'm2m',
  route: 'GET /api/m2m/v2/triggers/accounts/{accountName}',
  path: { accountName: 'reference' },
  effects: [],
  sure: 'documented',
  source: 'retrieve-by-account-name page, SDK',
  doubts: [formDoubt],
  help: 'Lists the version 2 triggers of an account.',
  reply: () => Triggers(),
  example: { path: { accountName: '0442000123-00001' } },
});

const list = endpoint({
  id: 'thingspace.promoTriggers.list',
  api: 'm2m',
  route: 'GET /api/m2m/v2/triggers/categories/PromoAlerts',
  effects: [],
  sure: 'documented',
  source: 'API index of Ready SIM, SDK',
  doubts: [formDoubt],
  help: 'Lists the promotion triggers.',
  reply: () => Triggers(),
  example: {},
});

const read = endpoint({
  id: 'thingspace.promoTriggers.read',
  api: 'm2m',
  route: 'GET /api/m2m/v2/triggers/{triggerId}',
  path: { triggerId: 'target' },
  effects: [],
  sure: 'documented',
  source: 'retrieve-by-id page, SDK',
  doubts: [formDoubt],
  help: 'Reads one version 2 trigger.',
  reply: () => Triggers(),
  bears: ({ triggers: rows }) => rows?.map(({ triggerId }) => triggerId),
  example: { path: { triggerId: '5D0C7A52-8E41-4B6F-9A2D-3C1E6F7B8A90' } },
});

// All members are required here, because omitted ones may be lost.
const Condition = () =>
  z.strictObject({
    dataPercentage50: z.boolean(),
    dataPercentage75: z.boolean(),
    dataPercentage90: z.boolean(),
    dataPercentage100: z.boolean(),
    smsPercentage50: z.boolean(),
    smsPercentage75: z.boolean(),
    smsPercentage90: z.boolean(),
    smsPercentage100: z.boolean(),
    noOfDaysB4PromoExp: z.number().int().min(0),
  });

const update = endpoint({
  id: 'thingspace.promoTriggers.update',
  api: 'm2m',
  route: 'PUT /api/m2m/v2/triggers',
  effects: ['write'],
  sure: 'documented',
  source: 'update-promo-trigger page, SDK',
  doubts: [
    'filterCriteria and condition: one object each on the page, lists in the SDK',
    'noOfDaysB4PromoExp: the SDK begins it with a capital N',
    'enablePromoExp: the page also writes enablePromo',
    'the whole trigger is sent; omitted fields may be lost',
    alertDoubt,
  ],
  help: 'Replaces the settings of a promotion trigger: the shares of data and SMS and the days before the end at which it alerts.',
  body: () =>
    z.strictObject({
      triggerId: Ref('target'),
      triggerName: Ref('reference'),
      accountName: Account(),
      organizationName: SafeText().optional(),
      triggerCategory: z.literal('PromoAlerts'),
      promoAlerts: z
        .array(
          z.strictObject({
            filterCriteria: z.strictObject({ servicePlan: Ref('reference') }),
            condition: Condition(),
            enablePromoExp: z.boolean(),
          }),
        )
        .length(1),
    }),
  reply: () => z.looseObject({ status: Words() }),
  example: {
    body: {
      triggerId: '5D0C7A52-8E41-4B6F-9A2D-3C1E6F7B8A90',
      triggerName: 'PromoAlerts_0442000123-00001_71002',
      accountName: '0442000123-00001',
      triggerCategory: 'PromoAlerts',
      promoAlerts: [
        {
          filterCriteria: { servicePlan: '71002' },
          condition: {
            dataPercentage50: false,
            dataPercentage75: true,
            dataPercentage90: true,
            dataPercentage100: true,
            smsPercentage50: false,
            smsPercentage75: false,
            smsPercentage90: false,
            smsPercentage100: true,
            noOfDaysB4PromoExp: 5,
          },
          enablePromoExp: true,
        },
      ],
    },
  },
});

export const promoTriggers = { ratePlans, all, listOfAccount, list, read, update };
