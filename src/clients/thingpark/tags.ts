/** OSS tags of devices. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { idField, refField } from '../http/identifier-marks.ts';
import { Flag, Id, Rows, TagName, Text } from './fields.ts';

const base = '/thingpark/wireless/rest/subscriptions/mine/devices';

const list = endpoint({
  id: 'thingpark.tags.list',
  api: 'oss',
  route: `GET ${base}/{deviceUid}/tags`,
  path: { deviceUid: ['target', 'uid'] },
  effects: [],
  sure: 'documented',
  source: 'Devices API 7.3',
  help: 'Lists the tags of one device; the last segment of a tag href is its UID.',
  reply: () => z.looseObject({ briefs: Rows(z.looseObject({ name: Id(), href: Text() })), more: Flag() }),
  example: { path: { deviceUid: 'eA81758FFFE0A0001' } },
});

const add = endpoint({
  id: 'thingpark.tags.add',
  api: 'oss',
  route: `POST ${base}/{deviceUid}/tags`,
  path: { deviceUid: ['target', 'uid'] },
  effects: ['write'],
  sure: 'documented',
  source: 'Devices API 7.3',
  help: 'Adds a tag to one device.',
  body: () => z.strictObject({ name: refField('reference', TagName()) }),
  example: { path: { deviceUid: 'eA81758FFFE0A0001' }, body: { name: 'north' } },
});

const remove = endpoint({
  id: 'thingpark.tags.remove',
  api: 'oss',
  route: `DELETE ${base}/{deviceUid}/tags/{tagUid}`,
  path: { deviceUid: ['target', 'uid'], tagUid: 'reference' },
  effects: ['write'],
  sure: 'documented',
  source: 'Devices API 7.3',
  help: 'Removes a tag from one device.',
  example: { path: { deviceUid: 'eA81758FFFE0A0001', tagUid: '1' } },
});

const bulk = endpoint({
  id: 'thingpark.tags.bulk',
  api: 'oss',
  route: `POST ${base}/tags`,
  effects: ['write'],
  sure: 'documented',
  source: 'Devices API 7.3',
  help: 'Adds a tag to, or removes it from, at most one page of devices.',
  query: () => z.strictObject({ action: z.enum(['TAG', 'UNTAG']) }),
  // The provider also accepts a request without devEUIs and then uses a page of the device list; here devEUIs are required.
  body: () => z.strictObject({ name: refField('reference', TagName()), devEUIs: z.array(idField('target', 'devEui', z.string())).min(1) }),
  example: { query: { action: 'TAG' }, body: { name: 'north', devEUIs: ['A81758FFFE0A0001', 'A81758FFFE0A0002'] } },
});

export const tags = { list, add, remove, bulk };
