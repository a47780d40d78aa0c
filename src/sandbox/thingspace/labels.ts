import type { labels as contracts } from '../../clients/thingspace/labels.ts';
import { type Behaviours, members, textOf } from '../behaviour.ts';
import { readBody, required } from './body.ts';
import { inAccount, requiredElements } from './chosen.ts';
import { accountOf, findOne, readIds } from './find.ts';
import { labelled, readLabel } from './labelled.ts';
import { accept } from './requests.ts';

/** Elements of a device and its label: a list on the pages; in the SDK one object that holds devices beside labels. */
function rows(labels: unknown): { deviceIds: unknown; label: unknown }[] {
  const both = members(labels);
  if (!Array.isArray(both['devices'])) {
    return requiredElements({ labels }, 'labels', 2000).map((one) => ({
      deviceIds: members(one)['deviceIds'],
      label: members(one)['label'],
    }));
  }
  const given: unknown[] = Array.isArray(both['label']) ? both['label'] : [both['label']];
  return both['devices'].map((one: unknown, i) => ({ deviceIds: members(one)['deviceIds'], label: given[i] ?? given[0] }));
}

/** `LabelList[deviceIds][0][name]=VIN`: the same as a query, from the SDK. */
function labelsInQuery(query: URLSearchParams): unknown[] {
  const found: Record<string, Record<string, string>> = {};
  for (const [key, value] of query) {
    const [, place, member] = /^LabelList\[deviceIds\]\[(\d+)\]\[(name|value)\]$/.exec(key) ?? [];
    if (place !== undefined && member !== undefined) found[place] = { ...found[place], [member]: value };
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
