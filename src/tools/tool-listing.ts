import type { Tool } from '@modelcontextprotocol/server';
import { z } from 'zod';

import { type AnyTool, annotationsOf } from './define.ts';
import { secretHint } from './fields.ts';

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

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...shape } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema: made }) => {
      if (made.description === secretHint) delete made.type;
      if (io === 'output' && made.additionalProperties !== undefined) delete made.additionalProperties;
    },
  }) as Record<string, unknown>;
  return shape;
}
