import { z } from 'zod';

import { statuses } from '../store/change.ts';

/** Output schema of every tool that returns a change. Minimal, because each tool in the list carries its schema. */
export const changeOutput = z.looseObject({
  change: z.looseObject({ id: z.string(), status: z.enum(statuses), reason: z.string().optional(), summary: z.string() }),
});
