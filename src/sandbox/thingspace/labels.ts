import type { labels as contracts } from '../../clients/thingspace/labels.ts';
import { type Behaviours, members, textOf } from '../behaviour.ts';
import { readBody, required } from './body.ts';
import { inAccount, requiredElements } from './chosen.ts';
import { accountOf, findOne, readIds } from './find.ts';
import { labelled, readLabel } from './labelled.ts';
import { accept } from './requests.ts';

/** Reads pairs of device and label. The documentation pages show a list of pairs, the SDK sends one object with `devices` and `label` lists. */
function rows(labels: unknown): { deviceIds: unknown; label: unknown }[] {
  const sdkForm = members(labels);
  if (!Array.isArray(sdkForm['devices'])) {
    return requiredElements({ labels }, 'labels', 2000).map((one) => ({
      deviceIds: members(one)['deviceIds'],
      label: members(one)['label'],
    }));
  }
  const sent: unknown[] = Array.isArray(sdkForm['label']) ? sdkForm['label'] : [sdkForm['label']];
  return sdkForm['devices'].map((one: unknown, i) => ({ deviceIds: members(one)['deviceIds'], label: sent[i] ?? sent[0] }));
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

export const labels: Behaviours<typeof contracts> = {
  set({ world, body }) {
    const ts = world.thingspace;
    const sent = readBody(body);
    const account = accountOf(ts, required(sent, 'accountName')).name;
    const pairs = new Map(
      rows(sent['labels']).map((row) => [inAccount(findOne(ts, readIds(row)), account), readLabel(row.label)] as const),
    );
    return accept(world, 'setLabels', [...pairs.keys()], (device) => {
      const label = pairs.get(device);
      if (label) device.label = label;
      return undefined;
    });
  },

  remove({ world, body, query }) {
    const sent = body === undefined ? { accountName: query.get('accountName'), labels: labelsInQuery(query) } : readBody(body);
    const account = accountOf(world.thingspace, textOf(sent['accountName']) ?? '').name;
    const found = requiredElements(sent, 'labels', 2000).map(readLabel);
    return accept(
      world,
      'removeLabels',
      found.flatMap((label) => labelled(world, label, account)),
      (device) => {
        delete device.label;
        return undefined;
      },
    );
  },
};
