/** Troubleshooting actions; the only calls below a path prefix of their own. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { Rows, Text } from './fields.ts';

const list = endpoint({
  id: 'iotx.actions.list',
  api: 'iotx',
  route: 'GET /subscriber-actions-api/subscribers/{physicalId}/actions',
  path: { physicalId: ['target', 'subscriber'] },
  effects: [],
  sure: 'documented',
  source: 'manual 4.0, subscriber actions; permission Perform Troubleshooting Actions on a Subscriber',
  doubts: ['the form of an action: a name, or an object with name and description'],
  help: 'Lists the actions available for one subscriber; depends on SIM type and network.',
  reply: () => Rows(z.union([z.string(), z.looseObject({ name: Text(), description: Text() })])),
  example: { path: { physicalId: '8944990000001000010' } },
});

const run = endpoint({
  id: 'iotx.actions.run',
  api: 'iotx',
  route: 'POST /subscriber-actions-api/subscribers/{physicalId}/actions',
  path: { physicalId: ['target', 'subscriber'] },
  effects: ['disruptive'],
  sure: 'guessed',
  source: 'mentioned in the manual; path and body are guessed',
  doubts: ['the body, the names of the actions'],
  help: 'Runs a listed action: refresh briefly interrupts services, reconnect drops the connection.',
  body: () => z.strictObject({ action: z.string().min(1) }),
  example: { path: { physicalId: '8944990000001000010' }, body: { action: 'reconnect' } },
});

export const actions = { list, run };
