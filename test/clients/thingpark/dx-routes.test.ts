import { dxRoutes } from '../../../src/clients/thingpark/dx-routes.ts';
import { core, dxRead, testPinnedRequests } from './support.ts';

testPinnedRequests(dxRoutes, [
  [dxRoutes.list, { query: { pageIndex: 1 } }, { request: `GET ${core}/routes?pageIndex=1`, headers: dxRead }],
  [dxRoutes.read, { path: { routeRef: '77' } }, { request: `GET ${core}/routes/77`, headers: dxRead }],
]);
