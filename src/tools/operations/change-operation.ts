import { z } from 'zod';
import { checkInput } from '../../clients/http/check-input.ts';
import { isRead, providerOf } from '../../clients/http/endpoint.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';
import { OperationInput, requireOperation, toEndpointInput } from './catalogue.ts';

export const changeOperation = changeTool({
  name: 'change_operation',
  toolset: 'operations',
  title: 'Run a changing operation',
  description:
    'Plans one changing provider operation, asks a person, then runs it once. input has path, query and body as search_operations shows them. Prefer a tool made for the task; for reads use read_operation.',
  operations: [],
  idempotent: false,
  input: z.strictObject({
    operation: z.string().min(1).max(100),
    input: OperationInput.default({}),
    connection: fields.connection,
    preview: fields.preview,
  }),
  example: {
    operation: 'thingspace.devices.restore',
    input: { body: { devices: [{ deviceIds: [{ id: '89148000000077000333', kind: 'iccid' }] }] } },
  },
  toRequest({ operation, input, connection }, context) {
    const entry = requireOperation(context.catalogue, operation);
    if (isRead(entry)) throw new Refusal(`operation: ${entry.id} only reads`, 'Use read_operation.', 'operation');
    return {
      operation: entry,
      connection: context.connection(connection, [providerOf(entry)]),
      inputs: [checkInput(entry, toEndpointInput(input))],
    };
  },
});
