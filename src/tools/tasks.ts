/**
 * The tasks extension (SEP-2663) for changes that have not settled when their call ends. A task is the change: its id is the change's id, and
 * `tasks/get` and `tasks/cancel` do what get_change and cancel_change do. Only clients of 2026-07-28 that declare the extension get tasks.
 */
import {
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  MissingRequiredClientCapabilityError,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';

import { changeText } from '../changes/view.ts';
import { inCallScope } from '../clients/http/call-scope.ts';
import { CallError } from '../clients/http/errors.ts';
import { instant } from '../clock.ts';
import { type Change, type Status, waitingStatuses } from '../store/change.ts';
import { isObject, memberOf } from '../text/is-object.ts';
import { assertMayUse, shownTo } from './caller-limits.ts';
import { changeResult } from './results.ts';
import { callerOf, type ServerSurface } from './server-surface.ts';

export const tasksExtension = 'io.modelcontextprotocol/tasks';

/** How often a client may ask, ms. The server itself asks the provider as the change's planner says. */
const pollIntervalMs = 5000;

/** Statuses of a change that goes on after its call. An unknown outcome is a result: only a person can settle it. */
const underWay: readonly Status[] = ['applying', 'accepted'];

/** The tools that do the same; a caller that may not use one may not use its method. */
const readTool = { name: 'get_change', toolset: 'changes' };
const cancelTool = { name: 'cancel_change', toolset: 'changes' };

const TaskId = z.looseObject({ taskId: z.string().min(1).max(40) });

/** Whether the client of this request takes tasks. */
export function takesTasks({ mcpReq: { envelope } }: ServerContext): boolean {
  const capabilities = (envelope as Record<string, unknown> | undefined)?.[CLIENT_CAPABILITIES_META_KEY];
  return isObject(memberOf(memberOf(capabilities, 'extensions'), tasksExtension));
}

/** The answer to a call as a task, where its change goes on after the call; undefined for every other answer. */
export async function asTask(answer: CallToolResult, { services, redactor }: ServerSurface): Promise<CallToolResult | undefined> {
  const id = memberOf(memberOf(answer.structuredContent, 'change'), 'id');
  const change = typeof id === 'string' ? await services.gate.get(id) : undefined;
  if (!change || !underWay.includes(change.status)) return undefined;
  return { content: [], resultType: 'task', ...redactor.knownValue(taskOf(change)) };
}

/** The members that every answer about a task has. It is kept as long as its change. */
function taskOf(change: Change) {
  const { at = change.created } = change.log.at(-1) ?? {};
  return {
    taskId: change.id,
    status: statusOf(change),
    statusMessage: changeText(change).split('\n')[0],
    createdAt: instant(change.created),
    lastUpdatedAt: instant(at),
    ttlMs: null,
    pollIntervalMs,
  };
}

/** A change that failed is a completed task whose result is an error: `failed` is for errors of the protocol. */
function statusOf({ status, reason }: Change): 'working' | 'completed' | 'cancelled' {
  if (underWay.includes(status) || waitingStatuses.includes(status)) return 'working';
  return status === 'refused' && reason === 'cancelled' ? 'cancelled' : 'completed';
}

/** Sets the `tasks/*` handlers of a server. */
export function registerTasks(server: Server, surface: ServerSurface): void {
  const { redactor } = surface;

  /** The services of the caller, which must have declared the extension and may use the tool that does the same. */
  function servicesFor(ctx: ServerContext, tool: typeof readTool) {
    if (!takesTasks(ctx))
      throw new MissingRequiredClientCapabilityError({ requiredCapabilities: { extensions: { [tasksExtension]: {} } } });
    const services = surface.servicesOf(callerOf(ctx));
    assertMayUse(services.rights, tool);
    return services;
  }

  async function read(taskId: string, ctx: ServerContext) {
    const { changes, rights } = servicesFor(ctx, readTool);
    const change = await changes.waitUntilSettled(taskId, 0, ctx.mcpReq.signal);
    if (!change) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `there is no task ${redactor.text(taskId)}`);
    return shownTo(rights, change);
  }

  const handle = (method: string, run: (taskId: string, ctx: ServerContext) => Promise<Record<string, unknown>>): void =>
    server.setRequestHandler(method, { params: TaskId }, ({ taskId }, ctx) =>
      inCallScope(surface.services.clock, async () => {
        try {
          return redactor.knownValue(await run(taskId, ctx));
        } catch (error) {
          if (!(error instanceof CallError)) throw error;
          throw new ProtocolError(ProtocolErrorCode.InvalidParams, redactor.text(`${error.message}. ${error.next}`));
        }
      }),
    );

  handle('tasks/get', async (taskId, ctx) => {
    const change = await read(taskId, ctx);
    const task = taskOf(change);
    return task.status === 'completed' ? { ...task, result: changeResult(change) } : task;
  });
  // Questions are asked in the call itself, so a task never waits for an input.
  handle('tasks/update', async (taskId, ctx) => {
    await read(taskId, ctx);
    return {};
  });
  handle('tasks/cancel', async (taskId, ctx) => {
    const { gate } = servicesFor(ctx, cancelTool);
    const { status } = await read(taskId, ctx);
    // What was sent cannot be called back: the task goes on to its end.
    if (status === 'applying' || waitingStatuses.includes(status)) await gate.cancel(taskId, callerOf(ctx));
    return {};
  });
}
