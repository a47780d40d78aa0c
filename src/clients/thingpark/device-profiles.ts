/** OSS device profiles: the device models. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { refField } from '../http/identifier-marks.ts';
import { Amount, Flag, Id, Rows, Text } from './fields.ts';

const list = endpoint({
  id: 'thingpark.deviceProfiles.list',
  api: 'oss',
  route: 'GET /thingpark/wireless/rest/subscriptions/mine/deviceProfiles',
  effects: [],
  sure: 'documented',
  source: 'Devices API 7.3, tutorial 8.x',
  help: 'Lists device models (profiles), LoRaWAN or cellular.',
  query: () =>
    z.strictObject({
      pageIndex: z.number().int().min(1).optional(),
      connectivity: z.enum(['LORAWAN', 'CELLULAR']).optional(),
      typeMAC: z.string().optional(),
      vendorID: refField('reference').optional(),
      ID: z.array(refField('target')).optional(),
    }),
  reply: () =>
    z.looseObject({
      briefs: Rows(
        z.looseObject({
          ID: Id(),
          commercialName: Text(),
          connectivity: Text(),
          typeMAC: Text(),
          macMajorVersion: Amount(),
          macMinorVersion: Amount(),
          vendor: z.looseObject({ ID: Text(), name: Text() }).nullish(),
        }),
      ),
      more: Flag(),
    }),
  example: { query: { connectivity: 'LORAWAN' } },
});

export const deviceProfiles = { list };

/** `macMinorVersion` of LoRaWAN 1.1 in ThingPark. */
const lorawan11 = 10;

/** True for a LoRaWAN 1.1 model. */
export function isLorawan11(model: { macMinorVersion?: number | null | undefined } | undefined): boolean {
  return model?.macMinorVersion === lorawan11;
}
