import { applications } from '../../../src/clients/thingpark/applications.ts';
import { admin, dxRead, testPinnedRequests } from './support.ts';

testPinnedRequests(applications, [
  [
    applications.list,
    { query: { applicationId: 'wireless' } },
    { request: `GET ${admin}/applications?applicationId=wireless`, headers: dxRead },
  ],
]);
