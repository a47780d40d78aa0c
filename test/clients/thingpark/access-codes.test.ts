import { accessCodes } from '../../../src/clients/thingpark/access-codes.ts';
import { admin, dxRead, dxWrite, pins } from './support.ts';

pins(accessCodes, [
  [
    accessCodes.create,
    { body: { type: 'userAccessCode', userId: 'jane', applicationId: 'wireless' } },
    { line: `POST ${admin}/accessCodes`, headers: dxWrite, body: '{"type":"userAccessCode","userId":"jane","applicationId":"wireless"}' },
  ],
  [
    accessCodes.validate,
    { query: { type: 'userAccessCode', value: 'code', applicationId: 'wireless' } },
    { line: `GET ${admin}/accessCodes?type=userAccessCode&value=code&applicationId=wireless`, headers: dxRead },
  ],
]);
