import { appServers } from '../../../src/clients/thingpark/app-servers.ts';
import { mine, ossRead, pins } from './support.ts';

pins(appServers, [
  [
    appServers.list,
    { query: { pageIndex: 2, type: ['HTTP', 'KAFKA'], sort: 'name,asc' } },
    { line: `GET ${mine}/appServers?pageIndex=2&type=HTTP&type=KAFKA&sort=name%2Casc`, headers: ossRead },
  ],
]);
