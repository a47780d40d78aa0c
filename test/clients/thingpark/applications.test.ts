import { applications } from '../../../src/clients/thingpark/applications.ts';
import { admin, dxRead, pins } from './support.ts';

pins(applications, [
  [
    applications.list,
    { query: { applicationId: 'wireless' } },
    { line: `GET ${admin}/applications?applicationId=wireless`, headers: dxRead },
  ],
]);
