import { tags } from '../../../src/clients/thingpark/tags.ts';
import { mine, ossRead, ossWrite, testPinnedRequests } from './support.ts';

testPinnedRequests(tags, [
  [tags.list, { path: { deviceUid: 'eA81758FFFE0A0001' } }, { request: `GET ${mine}/devices/eA81758FFFE0A0001/tags`, headers: ossRead }],
  [
    tags.add,
    { path: { deviceUid: 'eA81758FFFE0A0001' }, body: { name: 'north' } },
    { request: `POST ${mine}/devices/eA81758FFFE0A0001/tags`, headers: ossWrite, body: '{"name":"north"}' },
  ],
  [
    tags.remove,
    { path: { deviceUid: 'eA81758FFFE0A0001', tagUid: '1' } },
    { request: `DELETE ${mine}/devices/eA81758FFFE0A0001/tags/1`, headers: ossRead },
  ],
  [
    tags.bulk,
    { query: { action: 'TAG' }, body: { name: 'north', devEUIs: ['A81758FFFE0A0001', 'A81758FFFE0A0002'] } },
    {
      request: `POST ${mine}/devices/tags?action=TAG`,
      headers: ossWrite,
      body: '{"name":"north","devEUIs":["A81758FFFE0A0001","A81758FFFE0A0002"]}',
    },
  ],
]);
