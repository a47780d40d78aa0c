import type { tags as contracts } from '../../clients/iotx/tags.ts';
import { asObject, type Handlers } from '../handler.ts';
import type { World } from '../world.ts';
import { iotxRefusal, listBody, notFound } from './envelope.ts';
import type { Fields } from './filter.ts';
import { listPage } from './list-page.ts';
import { findVisible } from './serialize-subscriber.ts';

type TagEntry = [tagName: string, physicalIds: Set<string>];

const tagFields: Fields<TagEntry> = {
  tagName: { kind: 'text', of: ([tagName]) => tagName },
  numberOfSubscribers: { kind: 'number', of: ([, physicalIds]) => physicalIds.size },
};

export const tags: Handlers<typeof contracts> = {
  list: ({ world, query }) => ({
    status: 200,
    body: listPage(world, query, [...world.iotx.tags], tagFields, ([tagName, { size }]) => ({ tagName, numberOfSubscribers: size })),
  }),

  subscribers: ({ world, path }) => ({
    status: 200,
    body: listBody(
      world,
      [...physicalIdsOf(world, path.tagName)].map((physicalId) => ({ physicalId })),
    ),
  }),

  ofSubscriber({ world, path }) {
    const { physicalId } = findVisible(world, path.physicalId);
    const rows = [...world.iotx.tags].filter(([, physicalIds]) => physicalIds.has(physicalId)).map(([tagName]) => ({ tagName }));
    return { status: 200, body: listBody(world, rows) };
  },

  /** Adding the same tag again succeeds, which is a sandbox choice. */
  add({ world, path, body }) {
    const { physicalId } = findVisible(world, path.physicalId);
    const tagName = asObject(body)['tagName'];
    if (typeof tagName !== 'string' || tagName.trim() === '') throw iotxRefusal(400, 'tagName must not be empty.');
    world.iotx.tags.set(tagName, (world.iotx.tags.get(tagName) ?? new Set()).add(physicalId));
    recordChange(world, 'iotx.tags.add', physicalId, tagName);
    return { status: 204 };
  },

  /** A tag without subscribers is deleted, which is a sandbox choice. */
  remove({ world, path }) {
    const { physicalId } = findVisible(world, path.physicalId);
    const physicalIds = physicalIdsOf(world, path.tagName);
    if (!physicalIds.delete(physicalId)) throw notFound('Tag', path.tagName);
    if (physicalIds.size === 0) world.iotx.tags.delete(path.tagName);
    recordChange(world, 'iotx.tags.remove', physicalId, path.tagName);
    return { status: 204 };
  },
};

function recordChange(world: World, operation: string, target: string, what: string): void {
  world.iotx.changes.push({ at: world.clock.now(), operation, target, what, fee: false });
}

function physicalIdsOf(world: World, tagName: string): Set<string> {
  const physicalIds = world.iotx.tags.get(tagName);
  if (!physicalIds) throw notFound('Tag', tagName);
  return physicalIds;
}
