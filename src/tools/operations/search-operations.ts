import { z } from 'zod';
import { isRead } from '../../clients/http/endpoint.ts';
import { effectsText, operationDefinition } from '../../clients/operation-definition.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { table } from '../table.ts';
import { requireOperation, searchCatalogue } from './catalogue.ts';

export const searchOperations = (providers: readonly string[]) =>
  readTool({
    name: 'search_operations',
    toolset: 'operations',
    title: 'Search provider operations',
    description:
      'Searches every documented provider operation by keyword; with operation it shows one in full: input schema, example, effects, certainty. Run it with read_operation or change_operation; prefer a tool made for the task.',
    local: true,
    deviceScope: 'none',
    input: z.strictObject({
      query: z.string().max(200).optional(),
      operation: z.string().max(100).optional(),
      provider: z.enum(providers).optional(),
      effects: z.array(z.enum(['read', 'write', 'billing', 'disruptive', 'destructive', 'session'])).optional(),
      limit: fields.limit(100, 10),
    }),
    output: z.looseObject({ operations: z.array(z.looseObject({ operation: z.string(), effects: z.string() })), total: z.number() }),
    example: { query: 'aggregated frames' },
    async run({ query, operation, provider, effects, limit }, { catalogue, planners }) {
      if (operation !== undefined) {
        const entry = requireOperation(catalogue, operation);
        const card = operationDefinition(entry);
        const lines = [
          `${card.operation} (${card.effects}; ${card.sure}, ${card.source})`,
          card.help,
          ...(entry.doubts ?? []).map((doubt) => `Not certain: ${doubt}.`),
          `input: ${JSON.stringify(card.inputSchema)}`,
          `example: ${JSON.stringify(card.example)}`,
          planners.isNeverRun(entry)
            ? 'Changes credentials: listed, never run through a tool.'
            : `Run it with ${isRead(entry) ? 'read_operation' : 'change_operation'}.`,
        ];
        return { structured: { operations: [card], total: 1 }, text: lines.join('\n') };
      }
      const found = searchCatalogue(catalogue.operations, query, { provider, effects });
      const rows = found.slice(0, limit).map((entry) => ({
        operation: entry.id,
        effects: effectsText(entry),
        sure: entry.sure,
        help: entry.help,
      }));
      const leftOut = found.length - rows.length;
      return {
        structured: { operations: rows, total: found.length, ...(leftOut > 0 ? { leftOut } : {}) },
        text: [
          `${found.length} operations${leftOut > 0 ? `, ${leftOut} left out (limit ${limit})` : ''}`,
          ...(rows.length > 0 ? [table(rows)] : ['Try other words, or omit query.']),
        ].join('\n'),
      };
    },
  });
