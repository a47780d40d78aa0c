import { z } from 'zod';

import { cancelTool } from '../define.ts';

export const cancelChange = cancelTool({
  name: 'cancel_change',
  toolset: 'changes',
  title: 'Cancel a change',
  description:
    'Cancels a waiting plan, or stops a change under way from sending more; get_change shows what had been sent. To revert what was done use undo_change.',
  local: true,
  input: z.strictObject({ change: z.string().min(1).max(40) }),
  example: { change: 'chg_4k2v8q1mzt' },
  argumentsOf: (input) => input,
});
