/** What the reader knows about a schema beside its zod definition. */
import type { z } from 'zod';

import { type QuickCheck, quickCheck } from './quick-check.ts';

const quickChecks = new WeakMap<z.ZodType, QuickCheck | null>();

/** The cached fast check of a schema; undefined if it must be walked. */
export function quickCheckOf(schema: z.ZodType): QuickCheck | undefined {
  const present = quickChecks.get(schema);
  if (present !== undefined) return present ?? undefined;
  const check = quickCheck(schema, quickMarkOf);
  quickChecks.set(schema, check ?? null);
  return check;
}

interface Mark {
  /** True for a value that the schema returns unchanged. */
  fits?: QuickCheck;
  read?: (value: unknown) => unknown;
  structure?: z.ZodType;
}

const marks = new WeakMap<z.ZodType, Mark>();

/** Marks a schema of a single value: `read` gives undefined for what is not understood. */
export function markTolerant(schema: z.ZodType, read: (value: unknown) => unknown, fits: QuickCheck): void {
  marks.set(schema, { read, fits });
}

/** Marks a schema that the reader treats as another, structural one. */
export function markStructure(schema: z.ZodType, structure: z.ZodType): void {
  marks.set(schema, { structure });
}

export function tolerantReadOf(schema: z.ZodType): ((value: unknown) => unknown) | undefined {
  return marks.get(schema)?.read;
}

export function structureOf(schema: z.ZodType): z.ZodType | undefined {
  return marks.get(schema)?.structure;
}

function quickMarkOf(schema: z.ZodType): QuickCheck | undefined {
  const mark = marks.get(schema);
  return mark?.fits ?? (mark?.structure && quickCheckOf(mark.structure));
}
