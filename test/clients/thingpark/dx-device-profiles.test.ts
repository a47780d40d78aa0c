import { dxDeviceProfiles } from '../../../src/clients/thingpark/dx-device-profiles.ts';
import { core, dxRead, pins } from './support.ts';

pins(dxDeviceProfiles, [[dxDeviceProfiles.list, {}, { line: `GET ${core}/deviceProfiles`, headers: dxRead }]]);
