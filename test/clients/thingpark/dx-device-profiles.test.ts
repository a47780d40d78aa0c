import { dxDeviceProfiles } from '../../../src/clients/thingpark/dx-device-profiles.ts';
import { core, dxRead, testPinnedRequests } from './support.ts';

testPinnedRequests(dxDeviceProfiles, [[dxDeviceProfiles.list, {}, { request: `GET ${core}/deviceProfiles`, headers: dxRead }]]);
