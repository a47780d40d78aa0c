/** DX Core device profiles: LoRaWAN models. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { listOf } from './dx-devices.ts';
import { Id, Text } from './fields.ts';

const list = endpoint({
  id: 'thingpark.dxDeviceProfiles.list',
  api: 'dx-core',
  route: 'GET /deviceProfiles',
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  help: 'Lists the models that a DX device can be created with.',
  reply: () => listOf(z.looseObject({ id: Id(), name: Text(), typeMAC: Text() })),
  example: {},
});

export const dxDeviceProfiles = { list };
