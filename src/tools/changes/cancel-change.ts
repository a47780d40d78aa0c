import { z } from 'zod';

import { cancelTool } from '../define.ts';

export const cancelChange = cancelTool({
  name: 'cancel_change',
  toolset: 'changes',
  title: 'Cancel a change',
  description:
    'Ends a plan that waits, or has a change under way send nothing more; get_change then tells what had been sent. What was done is taken back by undo_change.',
  input: z.strictObject({ change: z.string().min(1).max(40) }),
  example: { change: 'chg_4k2v8q1mzt' },
  of: (input) => input,
});
