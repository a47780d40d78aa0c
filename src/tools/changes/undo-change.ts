import { z } from 'zod';

import type { AnyInput } from '../../clients/http/endpoint.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';
import { followUpOf } from './follow-up.ts';

export const undoChange = changeTool({
  name: 'undo_change',
  toolset: 'changes',
  title: 'Undo a change',
  description:
    'Plans the inverse of an ended change for exactly the targets it changed, with the same approval; once, and only while their state is unchanged since. What a change did: get_change.',
  operations: [],
  idempotent: true,
  input: z.strictObject({ change: z.string().min(1).max(40), preview: fields.preview }),
  example: { change: 'chg_4k2v8q1mzt' },
  async toRequest({ change: id }, context) {
    const refuse = (why: string, next: string): Refusal => new Refusal(`change: ${why}`, next, 'change');
    const undone = await context.gate.get(id);
    if (!undone || undone.caller !== context.caller)
      throw refuse(`there is no change ${id} of yours`, 'list_changes shows the changes there are.');
    if (undone.status !== 'applied' && undone.status !== 'partial')
      throw refuse(`${id} is ${undone.status}, only an applied or partial change can be undone`, 'get_change shows its status.');
    const operation = undone.inverse && context.catalogue.operationOf(undone.inverse.operation);
    if (!undone.inverse || !operation)
      throw refuse(`${id} has no inverse`, undone.undo ? `By hand: ${undone.undo}.` : 'It cannot be undone.');
    const before = await followUpOf(undone, 'undoes', context);
    if (before) throw refuse(`${id} was already undone by ${before.id}`, `get_change { "change": "${before.id}" } shows its status.`);
    return { connection: context.connection(undone.connection), operation, inputs: undone.inverse.inputs as AnyInput[], undoes: undone };
  },
});
