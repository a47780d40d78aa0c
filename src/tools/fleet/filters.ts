/** The filters by which tools choose devices of the fleet. */
import { z } from 'zod';

import { states } from '../../fleet/device.ts';
import { technologies } from '../../fleet/facts.ts';
import { Duration, durationMs } from '../../vocabulary.ts';
import * as fields from '../fields.ts';

const fact = z.string().min(1).max(120).optional();

/** The fields of a tool that filters devices. */
export const deviceFilters = (providers: readonly string[]) => ({
  connection: fields.connection,
  provider: z.enum(providers).optional(),
  state: z.enum(states).optional(),
  query: z.string().min(1).max(80).optional(),
  account: z.string().min(1).max(80).optional(),
  technology: z.enum(technologies).optional(),
  plan: fact,
  model: fact,
  group: fact,
  silentFor: Duration('P2D').optional().describe('in service, silent for this long, e.g. P2D'),
});

/** A duration as the fleet compares it, ms. */
export const silentMs = (silentFor: string | undefined): number | undefined =>
  silentFor === undefined ? undefined : durationMs(silentFor);
