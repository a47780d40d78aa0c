import { cellularNetworkContexts } from '../../../src/clients/thingpark/cellular-network-contexts.ts';
import { mine, ossRead, testPinnedRequests } from './support.ts';

testPinnedRequests(cellularNetworkContexts, [
  [cellularNetworkContexts.list, {}, { request: `GET ${mine}/cellularNetworkContexts`, headers: ossRead }],
]);
