/** Device tags and domains. */
import type { domains as domainsContracts } from '../../clients/thingpark/domains.ts';
import type { tags as contracts } from '../../clients/thingpark/tags.ts';
import { asObject, asText, type Handlers } from '../handler.ts';
import type { World } from '../world.ts';
import { parseDomains } from './device-fields.ts';
import { findDevice } from './device-lookup.ts';
import { incrementVersion, ossRefusal } from './oss-request.ts';
import { deviceHref } from './serialize-device.ts';
import type { TpDevice } from './state.ts';

function parseTagName(body: unknown): string {
  const name = asText(asObject(body)['name']);
  if (!name || !/^[^\p{Cc}<>]{1,40}$/u.test(name) || name.trim() !== name)
    throw ossRefusal(400, 400, 'name: 1 to 40 characters are expected, without control characters, < or >, or outer spaces');
  return name;
}

/** UID of a tag, assigned when the name is first used. */
function tagUid({ thingpark }: World, name: string): string {
  const known = thingpark.tags.get(name) ?? String(thingpark.tags.size + 1);
  thingpark.tags.set(name, known);
  return known;
}

const serializeTag = (world: World, device: TpDevice, name: string) => ({
  name,
  href: `${deviceHref(device)}/tags/${tagUid(world, name)}`,
});

function addTag(device: TpDevice, name: string): void {
  if (!device.tags?.includes(name)) device.tags = [...(device.tags ?? []), name];
}

function removeTag(device: TpDevice, name: string): void {
  device.tags = (device.tags ?? []).filter((one) => one !== name);
}

/** Devices listed in a bulk body, at most one page. An unknown device is refused. */
function parseDevices(world: World, value: unknown): TpDevice[] {
  if (!Array.isArray(value) || value.length === 0) throw ossRefusal(400, 400, 'devEUIs is required');
  if (value.length > world.thingpark.page.maxSize) throw ossRefusal(400, 400, `devEUIs: at most ${world.thingpark.page.maxSize}`);
  return value.map((eui) => findDevice(world, `e${String(eui)}`));
}

export const tags: Handlers<typeof contracts> = {
  list({ world, path }) {
    const device = findDevice(world, path.deviceUid);
    return { status: 200, body: { briefs: (device.tags ?? []).map((name) => serializeTag(world, device, name)), more: false } };
  },
  add({ world, path, body }) {
    const device = findDevice(world, path.deviceUid);
    const name = parseTagName(body);
    addTag(device, name);
    return { status: 201, headers: { location: serializeTag(world, device, name).href } };
  },
  remove({ world, path }) {
    const device = findDevice(world, path.deviceUid);
    const name = (device.tags ?? []).find((one) => tagUid(world, one) === path.tagUid);
    if (name === undefined) throw ossRefusal(404, 404, `Tag ${path.tagUid} not found`);
    removeTag(device, name);
    return { status: 204 };
  },
  bulk({ world, query, body }) {
    const action = query.get('action');
    if (action !== 'TAG' && action !== 'UNTAG') throw ossRefusal(400, 400, 'action: TAG or UNTAG is expected');
    const name = parseTagName(body);
    tagUid(world, name);
    for (const device of parseDevices(world, asObject(body)['devEUIs'])) (action === 'TAG' ? addTag : removeTag)(device, name);
    return { status: 200 };
  },
};

export const domains: Handlers<typeof domainsContracts> = {
  bulk({ world, body }) {
    const sent = asObject(body);
    const added = parseDomains(sent['addedDomains']);
    const removed = parseDomains(sent['removedDomains']);
    if (added.some(({ group }) => removed.some((other) => other.group.name === group.name)))
      throw ossRefusal(400, 400, 'the same group is not allowed in both addedDomains and removedDomains');
    for (const device of parseDevices(world, sent['devEUIs'])) {
      const kept = (device.domains ?? []).filter(
        (one) =>
          !added.some(({ group }) => group.name === one.group.name) &&
          !removed.some(({ name, group }) => name === one.name && group.name === one.group.name),
      );
      device.domains = [...kept, ...added];
      incrementVersion(device, world.clock.now());
    }
    return { status: 204 };
  },
};
