import { z } from 'zod';

import { statuses } from '../store/change.ts';

/** What every answer about a change holds; short and true. */
export const changeOutput = z.looseObject({
  change: z.looseObject({ id: z.string(), status: z.enum(statuses), reason: z.string().optional(), summary: z.string() }),
});
