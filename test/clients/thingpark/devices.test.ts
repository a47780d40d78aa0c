import { devices } from '../../../src/clients/thingpark/devices.ts';
import { mine, ossRead, ossWrite, pins } from './support.ts';

const path = { deviceUid: 'eA81758FFFE0A0001' };

pins(devices, [
  [
    devices.list,
    { query: { sort: 'EUI,asc', pageAfter: 'eyJFVUkiOiJBODE3NThGRkZFMEEwMDY0In0=', healthState: ['INIT', 'ACTIVE'] } },
    {
      line: `GET ${mine}/devices?sort=EUI%2Casc&pageAfter=eyJFVUkiOiJBODE3NThGRkZFMEEwMDY0In0%3D&healthState=INIT&healthState=ACTIVE`,
      headers: ossRead,
    },
  ],
  [devices.counters, {}, { line: `GET ${mine}/devices/counters`, headers: ossRead }],
  [devices.read, { path }, { line: `GET ${mine}/devices/eA81758FFFE0A0001`, headers: ossRead }],
  [
    devices.create,
    {
      query: { networkSubscriptionsHandlingMode: 'ADVANCED' },
      body: {
        EUI: 'A81758FFFE0A0001',
        activation: 'ABP',
        model: { ID: 'ACME/TempA.1.0.3_ETSI' },
        nwAddress: '04ABCDEF',
        nwKey: '000102030405060708090A0B0C0D0E0F',
        networkSubscription: { ID: 'acme-cs/standard' },
      },
    },
    {
      line: `POST ${mine}/devices?networkSubscriptionsHandlingMode=ADVANCED`,
      headers: ossWrite,
      body: '{"EUI":"A81758FFFE0A0001","activation":"ABP","model":{"ID":"ACME/TempA.1.0.3_ETSI"},"nwAddress":"04ABCDEF","nwKey":"000102030405060708090A0B0C0D0E0F","networkSubscription":{"ID":"acme-cs/standard"}}',
    },
  ],
  [
    devices.aggregatedFrames,
    { path, query: { duration: 'P7D', step: 'P1D', timezone: 'Europe/Paris' } },
    {
      line: `GET ${mine}/devices/eA81758FFFE0A0001/frames/aggregated?duration=P7D&step=P1D&timezone=Europe%2FParis`,
      headers: ossRead,
    },
  ],
]);
