import { dxConnectivityPlans } from '../../../src/clients/thingpark/dx-connectivity-plans.ts';
import { core, dxRead, testPinnedRequests } from './support.ts';

testPinnedRequests(dxConnectivityPlans, [[dxConnectivityPlans.list, {}, { request: `GET ${core}/connectivityPlans`, headers: dxRead }]]);
