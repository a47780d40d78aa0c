import { z } from 'zod';

import type { AnyPlanner } from '../../changes/planner.ts';
import type { AnyInput } from '../../clients/http/endpoint.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { type Change, waitingStatuses } from '../../store/change.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';
import { followUpOf } from './follow-up.ts';

export const resumeChange = changeTool({
  name: 'resume_change',
  toolset: 'changes',
  title: 'Resume a change',
  description:
    'Plans the unsent requests of an ended change: reads their targets again, changes no others, once. Asks again unless its approval is still valid. Status: get_change.',
  operations: [],
  idempotent: true,
  input: z.strictObject({ change: z.string().min(1).max(40), preview: fields.preview }),
  example: { change: 'chg_4k2v8q1mzt' },
  async toRequest({ change: id }, context) {
    const refuse = (why: string, next: string): Refusal => new Refusal(`change: ${why}`, next, 'change');
    const resumed = await context.gate.get(id);
    if (!resumed || resumed.caller !== context.caller)
      throw refuse(`there is no change ${id} of yours`, 'list_changes shows the changes there are.');
    if ([...waitingStatuses, 'applying'].includes(resumed.status))
      throw refuse(`${id} is ${resumed.status}, only an ended change can be resumed`, 'get_change shows its status.');
    const inputs = unsent(resumed, context.planners.plannerOf(resumed.operation));
    const operation = context.catalogue.operationOf(resumed.operation);
    if (!operation || inputs.length === 0)
      throw refuse(
        `${id} has no unsent request that can be sent`,
        'Its requests were all sent, or contained keys, which are never stored: call the original tool again for the other targets.',
      );
    const before = await followUpOf(resumed, 'resumes', context);
    if (before) throw refuse(`${id} was already resumed by ${before.id}`, `get_change { "change": "${before.id}" } shows its status.`);
    return { connection: context.connection(resumed.connection), operation, inputs, resumes: resumed };
  },
});

/** The requests of a change that were not sent, reduced to the targets whose outcome is "not sent". */
function unsent({ steps, targets }: Change, { narrow }: AnyPlanner): AnyInput[] {
  const rest = new Set(targets.flatMap(({ device, outcome }) => (outcome === 'not sent' ? [device] : [])));
  return steps.flatMap((step): AnyInput[] => {
    const keep = step.targets.filter((device) => rest.has(device));
    if (step.state !== 'not sent' || step.input === undefined || keep.length === 0) return [];
    const input = step.input as AnyInput;
    return [keep.length < step.targets.length && narrow ? narrow({ ...step, input }, new Set(keep)) : input];
  });
}
