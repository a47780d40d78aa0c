/** Contract entries as an OpenAPI document, for generated servers. */

import { z } from 'zod';
import { type AnyEndpoint, type Api, methodOf, pathOf } from '../../src/clients/http/endpoint.ts';
import { schemaOf } from '../../src/clients/http/schema-of.ts';
import { inputSchemaOf } from '../../src/clients/operation-definition.ts';
import { operations } from '../../test/support/providers.ts';

interface Part {
  properties?: Record<string, unknown>;
  required?: string[];
}

export const dxOperations = (['dx-admin', 'dx-core', 'dx-token'] satisfies Api[]).flatMap((api) =>
  operations.filter((one) => one.api === api),
);

function parametersOf(where: 'path' | 'query', part: Part | undefined): object[] {
  return Object.entries(part?.properties ?? {}).map(([name, schema]) => ({
    name,
    in: where,
    required: where === 'path' || (part?.required ?? []).includes(name),
    schema,
  }));
}

function operationOf(entry: AnyEndpoint): object {
  const { properties = {} } = inputSchemaOf(entry) as { properties?: Record<string, Part> };
  const type = entry.encoding === 'form' ? 'application/x-www-form-urlencoded' : 'application/json';
  const reply = schemaOf(entry, 'reply');
  const { $schema: _, ...replied } = reply ? (z.toJSONSchema(reply, { unrepresentable: 'any' }) as Record<string, unknown>) : {};
  return {
    operationId: entry.id.replaceAll('.', '_'),
    summary: entry.help,
    parameters: [...parametersOf('path', properties['path']), ...parametersOf('query', properties['query'])],
    ...(properties['body'] ? { requestBody: { required: true, content: { [type]: { schema: properties['body'] } } } } : {}),
    responses: {
      200: { description: 'OK', ...(reply ? { content: { 'application/json': { schema: replied } } } : {}) },
    },
  };
}

/** All operations of the DX APIs under one base URL. */
export function dxDocument(url: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const entry of dxOperations) {
    const path = pathOf(entry);
    paths[path] = { ...paths[path], [methodOf(entry).toLowerCase()]: operationOf(entry) };
  }
  return { openapi: '3.0.3', info: { title: 'DX', version: '141' }, servers: [{ url }], paths };
}
