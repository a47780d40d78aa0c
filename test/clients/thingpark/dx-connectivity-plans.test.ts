import { dxConnectivityPlans } from '../../../src/clients/thingpark/dx-connectivity-plans.ts';
import { core, dxRead, pins } from './support.ts';

pins(dxConnectivityPlans, [[dxConnectivityPlans.list, {}, { line: `GET ${core}/connectivityPlans`, headers: dxRead }]]);
