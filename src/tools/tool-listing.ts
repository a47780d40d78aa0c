import type { Tool } from '@modelcontextprotocol/server';
import { z } from 'zod';

import { type AnyTool, annotationsOf } from './define.ts';

const listed = new WeakMap<AnyTool, Tool>();

/** A tool as clients see it; schemas are turned into JSON Schema once. */
export function toolListing(tool: AnyTool): Tool {
  const present = listed.get(tool);
  if (present) return present;
  const made: Tool = {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: jsonSchema(tool.input, 'input') as Tool['inputSchema'],
    outputSchema: jsonSchema(tool.output, 'output') as NonNullable<Tool['outputSchema']>,
    annotations: { title: tool.title, ...annotationsOf(tool) },
  };
  listed.set(tool, made);
  return made;
}

type Schema = Record<string, unknown>;

const kept = new Set([
  'type',
  'properties',
  'items',
  'enum',
  'required',
  'description',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'default',
  'pattern',
  'additionalProperties',
]);
const maxPattern = 60;

/** A zod schema as JSON Schema, in the subset that clients can convert for any model. What it cannot say, the tool's own check and its errors say. */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Schema {
  const made = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Schema;
  return subset(made, io);
}

function subset(schema: Schema, io: 'input' | 'output'): Schema {
  const result: Schema = {};
  const source = alternative(schema);
  for (const [key, value] of Object.entries(source)) {
    if (key === 'const') Object.assign(result, { type: result['type'] ?? typeof value, enum: [value] });
    else if (key === 'exclusiveMinimum') result['minimum'] = value;
    else if (key === 'exclusiveMaximum') result['maximum'] = value;
    else if (key === 'type') result[key] = Array.isArray(value) ? value.find((one) => one !== 'null') : value;
    else if (!kept.has(key)) continue;
    else if (key === 'properties') result[key] = mapValues(value as Record<string, Schema>, (one) => subset(one, io));
    else if (key === 'items') result[key] = subset(value as Schema, io);
    else if (key === 'additionalProperties') {
      if (value === false && io === 'input') result[key] = false;
    } else if (key === 'pattern') {
      if (String(value).length <= maxPattern) result[key] = value;
    } else if (!((key === 'minimum' || key === 'maximum') && Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER)) result[key] = value;
  }
  // A value of any form, such as the body of a request: every one that a provider takes is an object.
  if (result['type'] === undefined) result['type'] = 'object';
  return result;
}

/** The first of several alternatives, with the description of the whole: the others are accepted too, but a schema cannot list them for every client. */
function alternative(schema: Schema): Schema {
  const list = schema['anyOf'] ?? schema['oneOf'];
  if (!Array.isArray(list)) return schema;
  const [first = {}] = (list as Schema[]).filter((one) => one['type'] !== 'null');
  const { anyOf: _any, oneOf: _one, ...rest } = schema;
  return alternative({ ...first, ...rest });
}

function mapValues<T, U>(members: Record<string, T>, convert: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, convert(value)]));
}
