/** OSS domains of devices: they determine who may see and change a device. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { idField } from '../http/identifier-marks.ts';
import { Domain } from './fields.ts';

const bulk = endpoint({
  id: 'thingpark.domains.bulk',
  api: 'oss',
  route: 'POST /thingpark/wireless/rest/subscriptions/mine/devices/domains',
  effects: ['write'],
  sure: 'documented',
  source: 'Devices API 7.3',
  help: 'Adds domains to devices and removes others; an added domain replaces that of the same group and may hide devices from restricted users.',
  body: () =>
    z
      .strictObject({
        devEUIs: z.array(idField('target', 'devEui', z.string())).min(1),
        addedDomains: z.array(Domain()).min(1).optional(),
        removedDomains: z.array(Domain()).min(1).optional(),
      })
      .refine(
        ({ addedDomains = [], removedDomains = [] }) =>
          !addedDomains.some(({ group }) => removedDomains.some((other) => other.group.name === group.name)),
        { error: 'a group may appear in addedDomains or in removedDomains, not in both' },
      ),
  example: { body: { devEUIs: ['A81758FFFE0A0001'], addedDomains: [{ name: 'Paris/Dock 1', group: { name: 'Site' } }] } },
});

export const domains = { bulk };
