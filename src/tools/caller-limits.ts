/** Holds the calls of limited callers to their rights: tools, named devices, targets of plans. */
import { type CallerRights, leavesOut, limitNote } from '../changes/caller-rights.ts';
import { CallError, Refusal } from '../clients/http/errors.ts';
import type { Change } from '../store/change.ts';
import { sanitize } from '../text/sanitize.ts';
import type { AnyTool, ToolContext } from './define.ts';
import { identifiersIn } from './resolve-identifiers.ts';

const shown = 20;

/** Whether the rights include a tool, by its name or its toolset. */
export function mayUse({ tools }: CallerRights, { name, toolset }: { name: string; toolset: string }): boolean {
  return tools === undefined || tools.includes(name) || tools.includes(toolset);
}

/** Throws the Refusal of a tool that the caller's group does not include. The list of tools is the same for all callers. */
export function assertMayUse(rights: CallerRights, tool: { name: string; toolset: string }): void {
  const { group, tools = [] } = rights;
  if (mayUse(rights, tool)) return;
  const more = tools.length > shown ? ` and ${tools.length - shown} more` : '';
  throw new Refusal(
    `${tool.name} is not among the tools of this caller (group ${group})`,
    `It may use: ${tools.slice(0, shown).join(', ')}${more}. An operator can add ${tool.name} or ${tool.toolset} to callerGroups.${group}.tools.`,
  );
}

/**
 * Holds a call to the device groups of its caller. A read that cannot be limited to them is refused, and so is a call that names another
 * device: like one that does not exist.
 */
export async function assertWithinGroups(tool: AnyTool, input: unknown, context: ToolContext): Promise<void> {
  const { rights } = context;
  if (rights.deviceGroups === undefined || tool.kind === 'apply' || tool.kind === 'cancel') return;
  const ids = identifiersIn(tool.input, input).map(({ value }) => value);
  if (tool.kind === 'read' && (tool.deviceScope === 'fleet' || tool.deviceScope === 'none')) return;
  if (tool.kind === 'read' && (tool.deviceScope !== 'named' || ids.length === 0))
    throw new Refusal(
      `${tool.name}${tool.deviceScope === 'named' ? ' without a device' : ''} cannot be limited to device groups, so this caller may not use it (group ${rights.group})`,
      tool.deviceScope === 'named' ? 'Name the device.' : 'list_devices, find_device and get_device show the devices that it may reach.',
    );
  if (ids.length === 0) return;
  const connection = connectionIn(input);
  const scope = { ...(connection ? { connection } : {}), ...(tool.provider ? { provider: tool.provider } : {}) };
  const [unknown] = await context.fleet.unknownOf(scope, ids, context.signal);
  if (unknown !== undefined)
    throw new Refusal(
      `there is no device ${sanitize(unknown, 60)} among those that this caller may reach (device groups of ${rights.group})`,
      'list_devices shows them.',
    );
}

function connectionIn(input: unknown): string | undefined {
  const connection = input !== null && typeof input === 'object' && 'connection' in input ? input.connection : undefined;
  return typeof connection === 'string' && connection !== '' ? connection : undefined;
}

/** Throws a Refusal if a target of a plan is none of the devices that the caller may reach. It does not tell which, nor what the target is. */
export async function assertTargetsWithin(
  connection: string,
  devices: readonly string[],
  { rights, fleet, signal }: Pick<ToolContext, 'rights' | 'fleet' | 'signal'>,
): Promise<void> {
  if (rights.deviceGroups === undefined) return;
  if (devices.length > 0 && (await fleet.unknownOf({ connection }, devices, signal)).length === 0) return;
  throw beyondRights(rights);
}

const beyondRights = ({ group }: CallerRights): Refusal =>
  new Refusal(
    `the change would touch something else than devices that this caller may reach (device groups of ${group}), or cannot be planned`,
    'Nothing was sent. Name devices that list_devices shows; for anything else ask an operator.',
  );

/**
 * The error of a plan as a caller limited to device groups may read it. What a provider or a planner says about a target that the input
 * does not name as an identifier could describe a device beyond the caller's rights.
 */
export function planError(error: unknown, tool: AnyTool, input: unknown, rights: CallerRights): unknown {
  const checked = rights.deviceGroups === undefined || identifiersIn(tool.input, input).length > 0;
  return checked || !(error instanceof CallError) ? error : beyondRights(rights);
}

/** A change as its caller may read it: without the number of all devices of the connection, where it may not reach them all. */
export function shownTo({ deviceGroups }: CallerRights, change: Change): Change {
  if (deviceGroups === undefined || change.blast === undefined) return change;
  const { total: _ofAll, ...blast } = change.blast;
  return { ...change, blast };
}

/** The note of an answer that the caller's rights may have cut; undefined where they cut nothing. */
export function noteFor(rights: CallerRights, tool: AnyTool): string | undefined {
  return leavesOut(rights) && tool.kind === 'read' && tool.deviceScope !== 'none' ? limitNote(rights) : undefined;
}

/** An error with the note, because what it does not find may be beyond the caller's rights. */
export function limitedError(error: unknown, rights: CallerRights): unknown {
  if (!leavesOut(rights) || !(error instanceof Refusal)) return error;
  return new Refusal(error.message, `${error.next} ${limitNote(rights)}`, error.field, error.stored);
}
