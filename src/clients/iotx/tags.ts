/** Tags: free labels for searching, not for access control. The operations are documented, their paths are guessed. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { refField } from '../http/identifier-marks.ts';
import { Amount, Id, ListQuery, listDoubt, Rows } from './fields.ts';

const source = 'operation and response: manual; the path is guessed';

const list = endpoint({
  id: 'iotx.tags.list',
  api: 'iotx',
  route: 'GET /tags',
  effects: [],
  sure: 'guessed',
  source,
  doubts: [listDoubt],
  help: 'Lists the tags of the company with the number of subscribers of each.',
  query: ListQuery,
  reply: () => Rows(z.looseObject({ tagName: Id(), numberOfSubscribers: Amount() })),
  example: { query: { limit: 50, offset: 0 } },
});

const subscribers = endpoint({
  id: 'iotx.tags.subscribers',
  api: 'iotx',
  route: 'GET /tags/{tagName}/subscribers',
  path: { tagName: 'target' },
  effects: [],
  sure: 'guessed',
  source,
  help: 'Lists the physical ids of the subscribers with a tag.',
  reply: () => Rows(z.looseObject({ physicalId: Id() })),
  example: { path: { tagName: 'north' } },
});

const ofSubscriber = endpoint({
  id: 'iotx.tags.ofSubscriber',
  api: 'iotx',
  route: 'GET /subscribers/{physicalId}/tags',
  path: { physicalId: ['target', 'subscriber'] },
  effects: [],
  sure: 'guessed',
  source,
  help: 'Lists the tags of one subscriber.',
  reply: () => Rows(z.looseObject({ tagName: Id() })),
  example: { path: { physicalId: '8944990000001000010' } },
});

const add = endpoint({
  id: 'iotx.tags.add',
  api: 'iotx',
  route: 'POST /subscribers/{physicalId}/tags',
  path: { physicalId: ['target', 'subscriber'] },
  effects: ['write'],
  sure: 'guessed',
  source,
  help: 'Adds a tag to one subscriber.',
  body: () => z.strictObject({ tagName: refField('reference', z.string().min(1)) }),
  example: { path: { physicalId: '8944990000001000010' }, body: { tagName: 'north' } },
});

const remove = endpoint({
  id: 'iotx.tags.remove',
  api: 'iotx',
  route: 'DELETE /subscribers/{physicalId}/tags/{tagName}',
  path: { physicalId: ['target', 'subscriber'], tagName: 'reference' },
  effects: ['write'],
  sure: 'guessed',
  source,
  help: 'Removes a tag from one subscriber.',
  example: { path: { physicalId: '8944990000001000010', tagName: 'north' } },
});

export const tags = { list, subscribers, ofSubscriber, add, remove };
