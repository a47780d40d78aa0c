import type { labels as contracts } from '../../clients/thingspace/labels.ts';
import { asObject, asText, type Handlers } from '../handler.ts';
import { readBody, required } from './body.ts';
import { accountOf, findOne, readIds } from './device-lookup.ts';
import { requiredList, requireInAccount } from './device-selection.ts';
import { devicesWithLabel, readLabel } from './label-lookup.ts';
import { acceptForDevices } from './requests.ts';

/** Reads pairs of device and label. The documentation pages show a list of pairs, the SDK sends one object with `devices` and `label` lists. */
function readPairs(labels: unknown): { deviceIds: unknown; label: unknown }[] {
  const sdkForm = asObject(labels);
  if (!Array.isArray(sdkForm['devices'])) {
    return requiredList({ labels }, 'labels', 2000).map((one) => ({
      deviceIds: asObject(one)['deviceIds'],
      label: asObject(one)['label'],
    }));
  }
  const sent: unknown[] = Array.isArray(sdkForm['label']) ? sdkForm['label'] : [sdkForm['label']];
  return sdkForm['devices'].map((one: unknown, i) => ({ deviceIds: asObject(one)['deviceIds'], label: sent[i] ?? sent[0] }));
}

/** Reads labels from the query string, as the SDK sends them for a removal: `LabelList[deviceIds][0][name]=VIN`. */
function labelsInQuery(query: URLSearchParams): unknown[] {
  const found: Record<string, Record<string, string>> = {};
  for (const [key, value] of query) {
    const [, index, member] = /^LabelList\[deviceIds\]\[(\d+)\]\[(name|value)\]$/.exec(key) ?? [];
    if (index !== undefined && member !== undefined) found[index] = { ...found[index], [member]: value };
  }
  return Object.values(found);
}

export const labels: Handlers<typeof contracts> = {
  set({ world, body }) {
    const ts = world.thingspace;
    const sent = readBody(body);
    const account = accountOf(ts, required(sent, 'accountName')).name;
    const pairs = new Map(
      readPairs(sent['labels']).map((row) => [requireInAccount(findOne(ts, readIds(row)), account), readLabel(row.label)] as const),
    );
    return acceptForDevices(world, 'setLabels', [...pairs.keys()], (device) => {
      const label = pairs.get(device);
      if (label) device.label = label;
      return undefined;
    });
  },

  remove({ world, body, query }) {
    const sent = body === undefined ? { accountName: query.get('accountName'), labels: labelsInQuery(query) } : readBody(body);
    const account = accountOf(world.thingspace, asText(sent['accountName']) ?? '').name;
    const found = requiredList(sent, 'labels', 2000).map(readLabel);
    return acceptForDevices(
      world,
      'removeLabels',
      found.flatMap((label) => devicesWithLabel(world, label, account)),
      (device) => {
        delete device.label;
        return undefined;
      },
    );
  },
};
