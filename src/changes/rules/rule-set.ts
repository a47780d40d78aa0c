/** The types of the operator's policy: rules, freezes and budgets. */
import type { Effect } from '../../clients/http/endpoint.ts';
import type { Verdict } from '../../store/change.ts';

/** A period in which all changes are denied: [from, to), ms since 1970. */
export interface Freeze {
  name: string;
  from: number;
  to: number;
}

/** Minutes since midnight, [from, to); `to` before `from` spans midnight. */
export interface Hours {
  from: number;
  to: number;
}

/** Whether hours go on after midnight. */
export const spansMidnight = ({ from, to }: Hours): boolean => from >= to;

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

/** More than `over` and at most `upTo`: targets or percent. */
export interface Bounds {
  over?: number | undefined;
  upTo?: number | undefined;
}

/** Conditions on the origin and kind of a change. All must hold; of a list, one entry is enough. */
export interface OriginConditions {
  connection?: readonly string[] | undefined;
  provider?: readonly string[] | undefined;
  /** Operation ids; `*` stands for any characters. */
  operation?: readonly string[] | undefined;
  effect?: readonly Effect[] | undefined;
  caller?: readonly string[] | undefined;
}

/** The conditions of a rule. All must hold; of a list, one entry is enough. */
export interface Conditions extends OriginConditions {
  targets?:
    | {
        /** Identifiers in any notation. */
        ids?: readonly string[] | undefined;
        /** Names; `*` stands for any characters. */
        names?: readonly string[] | undefined;
        groups?: readonly string[] | undefined;
        plans?: readonly string[] | undefined;
      }
    | undefined;
  count?: Bounds | undefined;
  /** Percent of the connection's devices. */
  share?: Bounds | undefined;
  hours?: readonly Hours[] | undefined;
  /** Calendar days: after midnight it is the next one. */
  days?: readonly Weekday[] | undefined;
  /** The days on which the matching period of `hours` began: after midnight it is still the day before. Set only with `hours` that span midnight. */
  nights?: readonly Weekday[] | undefined;
}

export interface Rule {
  name: string;
  when: Conditions;
  then: Verdict;
  /** Those who asked for the change may approve it; only with `approve` and `approve 2`. */
  selfApproval?: true;
}

/** At most `limit` of `of` in any hour or day. With `each`, callers or connections are counted separately. */
export interface Budget {
  name: string;
  per: 'hour' | 'day';
  each: readonly ('caller' | 'connection')[];
  when: OriginConditions;
  of: 'changes' | 'targets' | 'sms';
  limit: number;
  then: Verdict;
}

export interface RuleSet {
  /** Short hash of the content; comments and spacing do not change it. */
  version: string;
  /** IANA time zone of the hours and days in rules. */
  zone: string;
  freezes: readonly Freeze[];
  /** The first match decides; see evaluate-rules.ts. */
  rules: readonly Rule[];
  budgets: readonly Budget[];
  /** Why the file cannot be read. If set, all changes are denied. */
  problem?: string;
}

const template = (then: Verdict) => ({ when: {}, of: 'changes', then }) as const;

/** The budgets of a policy that sets none. */
export const defaultBudgets: readonly Budget[] = [
  { ...template('approve'), name: 'changes per caller and hour', per: 'hour', each: ['caller'], limit: 100 },
  { ...template('approve'), name: 'changes per caller and day', per: 'day', each: ['caller'], limit: 500 },
  { ...template('approve'), name: 'SMS per connection and hour', per: 'hour', each: ['connection'], of: 'sms', limit: 200 },
];

/** The policy without a policy file. */
export const builtInRuleSet: RuleSet = { version: 'built-in', zone: 'UTC', freezes: [], rules: [], budgets: defaultBudgets };

/** Whether a rule depends on names, groups or plans. A caller that may change devices could change those to affect the match. */
export function dependsOnNames({ targets }: Conditions): boolean {
  return targets?.names !== undefined || targets?.groups !== undefined || targets?.plans !== undefined;
}
