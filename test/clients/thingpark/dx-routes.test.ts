import { dxRoutes } from '../../../src/clients/thingpark/dx-routes.ts';
import { core, dxRead, pins } from './support.ts';

pins(dxRoutes, [
  [dxRoutes.list, { query: { pageIndex: 1 } }, { line: `GET ${core}/routes?pageIndex=1`, headers: dxRead }],
  [dxRoutes.read, { path: { routeRef: '77' } }, { line: `GET ${core}/routes/77`, headers: dxRead }],
]);
