import { z } from 'zod';

import { isRead, providerOf } from '../../clients/http/endpoint.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { withoutSecrets } from '../../text/redact.ts';
import { sanitizeDeep } from '../../text/sanitize.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { personalDataRule, withLeftOut } from '../personal-data.ts';
import { OperationInput, requireOperation, toEndpointInput } from './catalogue.ts';

const maxCharacters = 40_000;

export const readOperation = readTool({
  name: 'read_operation',
  toolset: 'operations',
  title: 'Run a reading operation',
  description:
    'Runs one read-only provider operation and returns its response without secrets, and without personal data unless personal is true. input has path, query and body as search_operations shows them. For changes use change_operation.',
  input: z.strictObject({
    operation: z.string().min(1).max(100),
    input: OperationInput.default({}),
    personal: fields.personal,
    connection: fields.connection,
  }),
  output: z.looseObject({ operation: z.string(), connection: z.string() }),
  example: { operation: 'thingpark.devices.list', input: { query: { sort: 'EUI,asc', pageSize: 5 } } },
  async run({ operation, input, personal, connection: name }, { connection, signal, catalogue, planners }) {
    const entry = requireOperation(catalogue, operation);
    if (!isRead(entry))
      throw new Refusal(
        `operation: ${entry.id} is not read-only (${entry.effects.join(', ')})`,
        planners.isNeverRun(entry) ? 'It is never run through a tool.' : 'Use change_operation, which plans it and asks for approval.',
        'operation',
      );
    const at = connection(name, [providerOf(entry)]);
    const shown = personalDataRule(withoutSecrets(await at.call.any(entry, toEndpointInput(input), { signal })), personal);
    const reply = sanitizeDeep(shown.value);
    const text = JSON.stringify(reply) ?? 'no body';
    const cut = text.length > maxCharacters;
    const answer = {
      structured: { operation: entry.id, connection: at.name, ...(cut ? { cut: true, characters: text.length } : { reply }) },
      text: cut
        ? `${entry.id} on ${at.name}: ${text.length} characters, cut at ${maxCharacters}; narrow the request.\n${text.slice(0, maxCharacters)}`
        : `${entry.id} on ${at.name}:\n${text}`,
    };
    return withLeftOut(answer, shown.leftOut);
  },
});
