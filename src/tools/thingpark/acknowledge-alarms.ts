import { z } from 'zod';

import { alarms } from '../../clients/thingpark/alarms.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';

/** Alarms per request: the page size of the platform. */
const perRequest = 100;

export const acknowledgeAlarms = changeTool({
  name: 'acknowledge_alarms',
  toolset: 'thingpark',
  title: 'Acknowledge alarms',
  description:
    'Acknowledges ThingPark device alarms by their ids from list_alarms. The faults remain; an acknowledgement cannot be undone.',
  provider: 'thingpark',
  operations: [alarms.ack],
  idempotent: true,
  input: z.strictObject({
    alarms: z
      .array(
        z
          .string()
          .trim()
          .toLowerCase()
          .regex(/^[0-9a-f]{24}$/, 'must be an alarm id of 24 hex digits. Example: 65a1f0c2a1ae4234a0370001'),
      )
      .min(1, 'an empty list is an error, never "all". Example: ["65a1f0c2a1ae4234a0370001"]')
      .max(500)
      .refine((list) => new Set(list).size === list.length, 'an alarm is named twice')
      .describe('IDs from list_alarms'),
    connection: fields.connection,
    preview: fields.preview,
  }),
  example: { alarms: ['65a1f0c2a1ae4234a0370001'] },
  toRequest: ({ alarms: uids, connection }, context) => ({
    connection: context.connection(connection, ['thingpark']),
    inputs: Array.from({ length: Math.ceil(uids.length / perRequest) }, (_, i) => ({
      body: { alarmUids: uids.slice(i * perRequest, (i + 1) * perRequest) },
    })),
  }),
});
