/** What the console stands on, and what its routes share. */
import type { Context, Hono } from 'hono';
import type { BlankSchema } from 'hono/types';

import type { ApprovalService } from '../../approvers/approval.ts';
import type { Authenticator, RandomBytes } from '../../approvers/approver.ts';
import type { ConsoleLinks } from '../../approvers/console-links.ts';
import type { Clock } from '../../clock.ts';
import type { KillSwitch } from '../../store/kill-switch.ts';
import type { ChangeStore } from '../../store/store.ts';
import type { Session } from './sessions.ts';

export interface ConsoleOptions {
  store: ChangeStore;
  approvals: ApprovalService;
  authenticator: Authenticator;
  links: ConsoleLinks;
  killSwitch: KillSwitch;
  clock: Clock;
  random: RandomBytes;
  /** Whether any approver is configured. */
  hasApprovers: boolean;
  /** Host names allowed besides loopback. */
  allowedHosts: readonly string[];
  /** Public origin of the console. With https the session cookie gets the Secure attribute. */
  publicUrl: string | undefined;
  /** Called when a change has all its approvals. */
  onApproved(id: string): void;
  /** A copy of a value in which no known secret appears. */
  redact<T>(value: T): T;
  /** Writes a line to the operator's log. */
  log(line: string): void;
}

/** `form` is set for every POST that passed the form checks, `session` behind the sign-in. */
export interface ConsoleEnv {
  Variables: { session: Session; form: URLSearchParams };
}

export type ConsoleContext = Context<ConsoleEnv>;
export type ConsoleApp = Hono<ConsoleEnv, BlankSchema, '/console'>;
