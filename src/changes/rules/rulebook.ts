/** The operator's policy: rules, freezes and budgets. */
import type { Effect } from '../../clients/http/endpoint.ts';
import type { Verdict } from '../../store/change.ts';

/** Nothing changes in [from, to), ms since 1970. */
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

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

/** More than `over`, at most `upTo`: of targets, or of percent. */
export interface Amount {
  over?: number | undefined;
  upTo?: number | undefined;
}

/** Whom a change comes from and what it is: each must hold, in a list one is enough. */
export interface Origin {
  connection?: readonly string[] | undefined;
  provider?: readonly string[] | undefined;
  /** Ids; `*` stands for any characters. */
  operation?: readonly string[] | undefined;
  effect?: readonly Effect[] | undefined;
  caller?: readonly string[] | undefined;
}

/** What a rule wants to fit; each must hold, in a list one is enough. */
export interface When extends Origin {
  targets?:
    | {
        /** Handles in any spelling. */
        ids?: readonly string[] | undefined;
        /** Names; `*` stands for any characters. */
        names?: readonly string[] | undefined;
        groups?: readonly string[] | undefined;
        plans?: readonly string[] | undefined;
      }
    | undefined;
  count?: Amount | undefined;
  /** Percent of the connection's devices. */
  share?: Amount | undefined;
  hours?: readonly Hours[] | undefined;
  days?: readonly Weekday[] | undefined;
}

export interface Rule {
  name: string;
  when: When;
  then: Verdict;
}

/** At most `limit` of `of` in any hour or day; each caller or connection is counted for itself. */
export interface Budget {
  name: string;
  per: 'hour' | 'day';
  each: readonly ('caller' | 'connection')[];
  when: Origin;
  of: 'changes' | 'targets' | 'sms';
  limit: number;
  then: Verdict;
}

export interface Rulebook {
  /** Short hash of the content; comments and spacing do not change it. */
  version: string;
  /** Of hours and days. */
  zone: string;
  freezes: readonly Freeze[];
  /** The first that fits decides; see judge.ts. */
  rules: readonly Rule[];
  budgets: readonly Budget[];
  /** Why the file cannot be read: all changes are denied. */
  problem?: string;
}

const usually = (then: Verdict) => ({ when: {}, of: 'changes', then }) as const;

export const usualBudgets: readonly Budget[] = [
  { ...usually('approve'), name: 'changes per caller and hour', per: 'hour', each: ['caller'], limit: 100 },
  { ...usually('approve'), name: 'changes per caller and day', per: 'day', each: ['caller'], limit: 500 },
  { ...usually('approve'), name: 'SMS per connection and hour', per: 'hour', each: ['connection'], of: 'sms', limit: 200 },
];

/** Without a file: the built-in default alone. */
export const builtIn: Rulebook = { version: 'built-in', zone: 'UTC', freezes: [], rules: [], budgets: usualBudgets };

/** Whether somebody who may change devices could make a target fit, or no longer fit. */
export function restsOnNames({ targets }: When): boolean {
  return targets?.names !== undefined || targets?.groups !== undefined || targets?.plans !== undefined;
}
