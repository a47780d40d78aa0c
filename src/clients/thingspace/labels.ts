/** Usage segmentation labels: name and value on an eUICC device, for counting usage by label. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { DeviceIds } from './ids.ts';
import { Account, SafeText } from './safe-text.ts';
import { Accepted } from './selection.ts';

const Label = () => z.strictObject({ name: SafeText().max(20), value: SafeText().max(50) });

const set = endpoint({
  id: 'thingspace.labels.set',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/actions/usagesegmentationlabels',
  effects: ['write'],
  sure: 'documented',
  source: 'set-usage-segmentation-labels page, SDK',
  doubts: ['the page sends a list of devices with labels, the SDK one object; the form of the page is used'],
  help: 'Sets labels on up to 2,000 devices.',
  body: () =>
    z.strictObject({
      accountName: Account(),
      labels: z
        .array(z.strictObject({ deviceIds: DeviceIds().shape.deviceIds, label: Label() }))
        .min(1)
        .max(2000),
    }),
  reply: () => Accepted(),
  example: {
    body: {
      accountName: '0442000123-00001',
      labels: [
        { deviceIds: [{ id: '89049032000000000000000000007711', kind: 'EID' }], label: { name: 'VIN', value: 'EXAMPLE0000000001' } },
      ],
    },
  },
});

const remove = endpoint({
  id: 'thingspace.labels.remove',
  api: 'm2m',
  route: 'DELETE /api/m2m/v1/devices/actions/usagesegmentationlabels',
  effects: ['write'],
  sure: 'documented',
  source: 'remove-usage-segmentation-labels page, SDK',
  doubts: ['the page sends a body, the SDK a query; the page form is used'],
  help: 'Removes labels from every device that has them.',
  body: () => z.strictObject({ accountName: Account(), labels: z.array(Label()).min(1).max(2000) }),
  reply: () => Accepted(),
  example: { body: { accountName: '0442000123-00001', labels: [{ name: 'VIN', value: 'EXAMPLE0000000001' }] } },
});

export const labels = { set, remove };
