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
    'Plans the inverse of an ended change, for exactly the targets that it changed, through the same approval; once, and only while they still stand as it left them. What a change did: get_change.',
  operations: [],
  input: z.strictObject({ change: z.string().min(1).max(40), preview: fields.preview }),
  example: { change: 'chg_4k2v8q1mzt' },
  async want({ change: id }, context) {
    const refuse = (why: string, next: string): Refusal => new Refusal(`change: ${why}`, next, 'change');
    const undone = await context.gate.get(id);
    if (!undone || undone.caller !== context.caller)
      throw refuse(`there is no change ${id} of yours`, 'list_changes shows the changes there are.');
    if (undone.status !== 'applied' && undone.status !== 'partial')
      throw refuse(`${id} is ${undone.status}, only what was carried out can be undone`, 'get_change tells how it stands.');
    const operation = undone.inverse && context.catalogue.operationOf(undone.inverse.operation);
    if (!undone.inverse || !operation)
      throw refuse(`${id} has no inverse`, undone.undo ? `By hand: ${undone.undo}.` : 'It cannot be undone.');
    const before = await followUpOf(undone, 'undoes', context);
    if (before) throw refuse(`${id} was undone by ${before.id}`, `get_change { "change": "${before.id}" } tells how that stands.`);
    return { connection: context.connection(undone.connection), operation, inputs: undone.inverse.inputs as AnyInput[], undoes: undone };
  },
});
