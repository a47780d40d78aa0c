import type { changeView } from '../../src/changes/view.ts';
import type { Target } from '../../src/store/change.ts';

/** Parsed JSON of any form, for members whose names are data of a provider. */
export type Json = ReturnType<typeof JSON.parse>;

type View = ReturnType<typeof changeView>;

/** A target in an answer. `before` and `after` hold provider values under provider names. */
export type TargetJson = Required<Omit<View['targets'][number], 'before' | 'after'>> & { before: Json; after: Json };

/**
 * A change in an answer, as `changeView` writes it. Optional members count as present, so that a test can read them directly and fails where
 * one is missing; a misspelled member does not compile.
 */
export type ChangeJson = Required<Omit<View, 'counts' | 'targets'>> & {
  counts: Record<Target['outcome'], number>;
  targets: [TargetJson, ...TargetJson[]];
};

/** The error of a refused call. */
export interface ErrorJson {
  kind: string;
  message: string;
  next: string;
  field: string;
}

/** Members that read tools return. Add the name of a new one here. */
type ReadMember =
  | 'alarms'
  | 'all'
  | 'budgets'
  | 'categories'
  | 'changes'
  | 'comparison'
  | 'connections'
  | 'device'
  | 'devices'
  | 'failures'
  | 'freeze'
  | 'gateways'
  | 'groups'
  | 'histories'
  | 'leftOut'
  | 'models'
  | 'more'
  | 'next'
  | 'nextCursor'
  | 'notes'
  | 'off'
  | 'operations'
  | 'orders'
  | 'personalLeftOut'
  | 'plans'
  | 'products'
  | 'raw'
  | 'redacted'
  | 'reply'
  | 'rules'
  | 'scanned'
  | 'servers'
  | 'sessions'
  | 'shared'
  | 'sims'
  | 'slots'
  | 'things'
  | 'total'
  | 'totals'
  | 'users'
  | 'verdict';

/** The structured content of an answer. Which members are there depends on the tool; a misspelled one does not compile. */
export type StructuredJson = { change: ChangeJson; error: ErrorJson } & Record<ReadMember, Json>;
