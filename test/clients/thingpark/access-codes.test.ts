import { accessCodes } from '../../../src/clients/thingpark/access-codes.ts';
import { admin, dxRead, dxWrite, testPinnedRequests } from './support.ts';

testPinnedRequests(accessCodes, [
  [
    accessCodes.create,
    { body: { type: 'userAccessCode', userId: 'jane', applicationId: 'wireless' } },
    {
      request: `POST ${admin}/accessCodes`,
      headers: dxWrite,
      body: '{"type":"userAccessCode","userId":"jane","applicationId":"wireless"}',
    },
  ],
  [
    accessCodes.validate,
    { query: { type: 'userAccessCode', value: 'code', applicationId: 'wireless' } },
    { request: `GET ${admin}/accessCodes?type=userAccessCode&value=code&applicationId=wireless`, headers: dxRead },
  ],
]);
