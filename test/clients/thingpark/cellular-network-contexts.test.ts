import { cellularNetworkContexts } from '../../../src/clients/thingpark/cellular-network-contexts.ts';
import { mine, ossRead, pins } from './support.ts';

pins(cellularNetworkContexts, [[cellularNetworkContexts.list, {}, { line: `GET ${mine}/cellularNetworkContexts`, headers: ossRead }]]);
