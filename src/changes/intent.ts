import type { Connection } from '../clients/connect.ts';
import type { AnyEndpoint, AnyInput } from '../clients/http/endpoint.ts';
import type { Change } from '../store/change.ts';

/** What a caller wants done. */
export interface Intent {
  operation: AnyEndpoint;
  connection: Connection;
  inputs: readonly AnyInput[];
  /** Over stdio the process, over HTTP the token's name. */
  caller: string;
  /** What asks, by its own words. */
  client?: string | undefined;
  preview: boolean;
  warnings?: readonly string[] | undefined;
  /** The change that this one undoes: its targets must still stand as it left them. */
  undoes?: Change | undefined;
  /** The change whose unsent rest this one does: what was approved there may still hold. */
  resumes?: Change | undefined;
}
