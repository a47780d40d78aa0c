import type { Connection } from '../clients/connect.ts';
import type { AnyEndpoint, AnyInput } from '../clients/http/endpoint.ts';
import type { Change } from '../store/change.ts';
import type { UsedSecret } from '../text/named-secret.ts';
import type { Warning } from './planner.ts';

/** An operation that a caller asks for, with its inputs. */
export interface Intent {
  operation: AnyEndpoint;
  connection: Connection;
  inputs: readonly AnyInput[];
  /** `local` over stdio, the name of the token over HTTP. */
  caller: string;
  /** Name that the MCP client reports about itself; not verified. */
  client?: string | undefined;
  preview: boolean;
  /**
   * Number of the newest audit line when the tool call began: an equal change that was carried out after it answers this call too, however
   * long this server read before it planned. Absent: the line when planning begins.
   */
  begun?: number | undefined;
  warnings?: readonly Warning[] | undefined;
  /** The named secrets that the inputs hold. */
  secrets?: readonly UsedSecret[] | undefined;
  /** Throws a Refusal if one of the planned targets is beyond the caller's rights; absent: it has no limits. */
  assertReachable?: ((devices: readonly string[]) => Promise<void>) | undefined;
  /** The change to undo. Its targets must be unchanged since. */
  undoes?: Change | undefined;
  /** The change whose unsent steps are to be sent. Its approvals may still count. */
  resumes?: Change | undefined;
}
