/** A tool reads like a card: name, sentence, effect, input, output, run. */
import type { z } from 'zod';
import type { CallerRights, ReadableChanges } from '../changes/caller-rights.ts';
import type { Gate } from '../changes/gate.ts';
import type { Warning } from '../changes/planner.ts';
import type { Planners } from '../changes/planners.ts';
import type { ActivePolicy } from '../changes/rules/active-policy.ts';
import type { Catalogue } from '../clients/catalogue.ts';
import type { Connection } from '../clients/connect.ts';
import type { AnyEndpoint, AnyInput } from '../clients/http/endpoint.ts';
import type { Clock } from '../clock.ts';
import type { Fleet } from '../fleet/index.ts';
import type { Change } from '../store/change.ts';
import { changeOutput } from './change-output.ts';
import type { FileDevice } from './key-file.ts';

/** What a tool may use: a small, named world. */
export interface ToolContext {
  fleet: Fleet;
  /** Every change; what a caller reads of them goes through `changes`. */
  gate: Gate;
  /** The changes that the caller may read. */
  changes: ReadableChanges;
  /** What the caller may reach. Fleet and connections hold nothing beyond it. */
  rights: CallerRights;
  catalogue: Catalogue;
  planners: Planners;
  clock: Clock;
  connections: readonly Connection[];
  /** The rules for changes, and what of the budgets is used. */
  policy: ActivePolicy;
  /** The connection meant by a name, or the only one of these providers; a Refusal with the candidates otherwise. */
  connection(name: string | undefined, providers?: readonly string[]): Connection;
  /** What the operator's key file holds for a device. */
  keys(devEui: string): FileDevice | undefined;
  /** Over stdio the process, over HTTP the token's name. */
  caller: string;
  signal: AbortSignal;
  /** Tells a waiting person how far it is. */
  progress(done: number, total: number | undefined, message: string): void;
}

/** What a tool answers: the same facts as values and as a short text. */
export interface ToolResult {
  structured: Record<string, unknown>;
  text: string;
  /** Nothing of what was asked could be read. */
  isError?: boolean;
}

interface ToolDefinition<I extends z.ZodType> {
  name: string;
  /** `fleet`, `changes`, `operations` or the name of the provider. */
  toolset: string;
  title: string;
  /** Begins with what it does, ends with the sibling to use instead. Static. */
  description: string;
  /** A provider without a connection lists no tools. */
  provider?: string;
  /** Only when its toolset is chosen by name: seldom needed, and the default list has a token ceiling. */
  extra?: boolean;
  /** Reads and changes only this server's own state: no call of it reaches a provider. */
  local?: boolean;
  /** Omitted fields stay as they are, so an empty text could also mean "clear it" and is refused. */
  partial?: boolean;
  input: I;
  /** Short and true: the members that every answer has. */
  output: z.ZodType;
  /** A valid input, for docs and for answers to bad input. */
  example: z.input<I>;
}

export interface ReadTool<I extends z.ZodType = z.ZodType> extends ToolDefinition<I> {
  kind: 'read';
  /**
   * How the read keeps to the device groups of a limited caller. `fleet`: it reads devices through the fleet only. `named`: only devices
   * that its input names by identifiers, which are checked before. `none`: it tells nothing of devices. Absent: it cannot be limited.
   */
  deviceScope?: 'fleet' | 'named' | 'none';
  run(input: z.output<I>, context: ToolContext): Promise<ToolResult>;
}

/** A change as the operator put it, turned into the provider's operation. */
export interface ChangeRequest {
  connection: Connection;
  inputs: readonly AnyInput[];
  /** Only when the tool does not stand on one operation. */
  operation?: AnyEndpoint;
  warnings?: readonly Warning[];
  /** The change that this one undoes. */
  undoes?: Change;
  /** The change whose unsent rest this one does. */
  resumes?: Change;
}

export interface ChangeTool<I extends z.ZodType = z.ZodType> extends ToolDefinition<I> {
  kind: 'change';
  /** The operations it may run: the hints follow from their effects. Empty where only a call decides: the hints then assume the worst. */
  operations: readonly AnyEndpoint[];
  /** Whether a repeated call with the same arguments has no further effect: it sets a state, or creates something that can exist only once. */
  idempotent: boolean;
  toRequest(input: z.output<I>, context: ToolContext): ChangeRequest | Promise<ChangeRequest>;
}

/** Approves a plan made earlier: the one tool that is neither a read nor makes a plan. */
export interface ApplyTool<I extends z.ZodType = z.ZodType> extends ToolDefinition<I> {
  kind: 'apply';
  argumentsOf(input: z.output<I>): { change: string; confirm: string };
}

/** Ends a plan, or has a change under way send nothing more: it takes harm away and asks nobody. */
export interface CancelTool<I extends z.ZodType = z.ZodType> extends ToolDefinition<I> {
  kind: 'cancel';
  argumentsOf(input: z.output<I>): { change: string };
}

export type AnyTool = ReadTool | ChangeTool | ApplyTool | CancelTool;

export function readTool<I extends z.ZodType>(card: Omit<ReadTool<I>, 'kind'>): ReadTool {
  return { ...card, kind: 'read' } as unknown as ReadTool;
}

export function changeTool<I extends z.ZodType>(card: Omit<ChangeTool<I>, 'kind' | 'output'>): ChangeTool {
  return { ...card, kind: 'change', output: changeOutput } as unknown as ChangeTool;
}

export function applyTool<I extends z.ZodType>(card: Omit<ApplyTool<I>, 'kind' | 'output'>): ApplyTool {
  return { ...card, kind: 'apply', output: changeOutput } as unknown as ApplyTool;
}

export function cancelTool<I extends z.ZodType>(card: Omit<CancelTool<I>, 'kind' | 'output'>): CancelTool {
  return { ...card, kind: 'cancel', output: changeOutput } as unknown as CancelTool;
}

export interface ToolHints {
  readOnlyHint: boolean;
  destructiveHint: boolean;
  idempotentHint: boolean;
  openWorldHint: boolean;
}

/** The hints that clients see, from the kind of the tool, its own statements and the effects of its operations. */
export function annotationsOf(tool: AnyTool): ToolHints {
  return {
    readOnlyHint: tool.kind === 'read',
    destructiveHint: isDestructive(tool),
    // A plan is applied once and a change is cancelled once, however often the tool is called.
    idempotentHint: tool.kind === 'change' ? tool.idempotent : true,
    openWorldHint: tool.local !== true,
  };
}

function isDestructive(tool: AnyTool): boolean {
  if (tool.kind === 'read' || tool.kind === 'cancel') return false;
  // Which operation runs is known only at the call: it may be a destructive one.
  if (tool.kind === 'apply' || tool.operations.length === 0) return true;
  return tool.operations.some(({ effects }) => effects.includes('destructive') || effects.includes('disruptive'));
}
