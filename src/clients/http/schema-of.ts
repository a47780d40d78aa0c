import type { z } from 'zod';

import type { AnyEndpoint } from './endpoint.ts';

const schemaCache = new WeakMap<() => z.ZodType, z.ZodType>();

/** A schema of the endpoint, built on first use and cached; undefined if the endpoint does not declare that part. */
export function schemaOf(entry: AnyEndpoint, part: 'query' | 'body' | 'reply'): z.ZodType | undefined {
  const make = entry[part];
  if (!make) return undefined;
  const schema = schemaCache.get(make) ?? make();
  schemaCache.set(make, schema);
  return schema;
}
