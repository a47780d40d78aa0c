/** DX Admin suppliers, vendors, offers, subscribers and users, multicast groups and tags: planned by name and read back. */
import { describe, expect, it } from 'vitest';

import type { ThingparkWorld } from '../../src/sandbox/thingpark/state.ts';
import { countRequests, startTestServer, yes } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto' } as const;
const offered = { flags: { toolsets: 'thingpark,changes,operations,fleet' } };
const fridge = 'A81758FFFE0A0001';

interface Story {
  operation: string;
  input: Record<string, unknown>;
  sentence: string;
  effects: string[];
  /** The sandbox state before and after. */
  seen: (tp: ThingparkWorld) => unknown;
  after: unknown;
}

const at = (rows: readonly { ref: string }[], ref: string) => rows.find((row) => row.ref === ref);

const stories: readonly Story[] = [
  {
    operation: 'thingpark.suppliers.update',
    input: { path: { supplierRef: '301' }, body: { name: 'ACME Nets', contactEmail: 'nets@example.com' } },
    sentence:
      '301 (1 supplier) on sandbox-thingpark: set name = "ACME Nets", contactEmail = "nets@example.com". Undo: setting the previous values.',
    effects: ['write'],
    seen: (tp) => at(tp.suppliers, '301'),
    after: expect.objectContaining({ name: 'ACME Nets', contactEmail: 'nets@example.com' }),
  },
  {
    operation: 'thingpark.vendors.update',
    input: { path: { vendorRef: '401' }, body: { organization: 'ACME' } },
    sentence: '401 (1 vendor) on sandbox-thingpark: set organization = "ACME". Undo: setting the previous values.',
    effects: ['write'],
    seen: (tp) => at(tp.vendors, '401'),
    after: expect.objectContaining({ organization: 'ACME' }),
  },
  {
    operation: 'thingpark.subscribers.update',
    input: { path: { subscriberRef: '983' }, body: { name: 'ACME Cold' } },
    sentence: '983 (1 subscriber) on sandbox-thingpark: set name = "ACME Cold". Undo: setting the previous values.',
    effects: ['write'],
    seen: (tp) => at(tp.subscribers, '983'),
    after: expect.objectContaining({ name: 'ACME Cold' }),
  },
  {
    operation: 'thingpark.users.update',
    input: { path: { userRef: '601' }, body: { firstName: 'Janet' } },
    sentence: '601 (1 user) on sandbox-thingpark: set firstName = "Janet". Undo: setting the previous values.',
    effects: ['write'],
    seen: (tp) => at(tp.users, '601'),
    after: expect.objectContaining({ firstName: 'Janet' }),
  },
  {
    operation: 'thingpark.offers.update',
    input: { path: { offerRef: '501' }, body: { state: 'INACTIVE' } },
    sentence:
      '501 (1 offer) on sandbox-thingpark: set state = "INACTIVE"; nobody can order it any more. Cost unknown. Undo: setting the previous values.',
    effects: ['write', 'billing'],
    seen: (tp) => at(tp.offers, '501'),
    after: expect.objectContaining({ state: 'INACTIVE' }),
  },
  {
    operation: 'thingpark.suppliers.delete',
    input: { path: { supplierRef: '301' } },
    sentence: '301 (1 supplier) on sandbox-thingpark: DELETE "ACME Networks"; what depends on it is not known. Cannot be undone.',
    effects: ['destructive'],
    seen: (tp) => at(tp.suppliers, '301'),
    after: undefined,
  },
  {
    operation: 'thingpark.vendors.delete',
    input: { path: { vendorRef: '401' } },
    sentence: '401 (1 vendor) on sandbox-thingpark: DELETE "ACME Sales"; its offers can no longer be ordered. Cannot be undone.',
    effects: ['destructive'],
    seen: (tp) => at(tp.vendors, '401'),
    after: undefined,
  },
  {
    operation: 'thingpark.offers.delete',
    input: { path: { offerRef: '503' } },
    sentence: '503 (1 offer) on sandbox-thingpark: DELETE "Legacy offer"; what happens to its orders is not known. Cannot be undone.',
    effects: ['destructive'],
    seen: (tp) => at(tp.offers, '503'),
    after: undefined,
  },
  {
    operation: 'thingpark.offers.create',
    input: { body: { id: 'acme-vendor/lorawan-50', name: 'LoRaWAN 50' } },
    sentence:
      'acme-vendor/lorawan-50 (1 offer) on sandbox-thingpark: add offer "LoRaWAN 50", which can be ordered at once. Cost unknown. Undo: deleting it while nobody ordered it.',
    effects: ['write', 'billing'],
    seen: (tp) => tp.offers.find(({ id }) => id === 'acme-vendor/lorawan-50'),
    after: expect.objectContaining({ name: 'LoRaWAN 50' }),
  },
  {
    operation: 'thingpark.suppliers.create',
    input: { body: { name: 'North Nets', primaryUser: { email: 'north@example.com' } } },
    sentence:
      '"North Nets" (1 supplier) on sandbox-thingpark: add it and GIVE ACCESS to its first user "north@example.com". Undo: deleting it; its user stays until an operator removes it.',
    effects: ['write', 'session'],
    seen: (tp) => tp.suppliers.find(({ name }) => name === 'North Nets'),
    after: expect.objectContaining({ contactEmail: 'north@example.com' }),
  },
  {
    operation: 'thingpark.vendors.create',
    input: { body: { name: 'North Sales', primaryUser: { email: 'sales@example.com' } } },
    sentence:
      '"North Sales" (1 vendor) on sandbox-thingpark: add it and GIVE ACCESS to its first user "sales@example.com". Undo: deleting it; its user stays until an operator removes it.',
    effects: ['write', 'session'],
    seen: (tp) => tp.vendors.find(({ name }) => name === 'North Sales'),
    after: expect.objectContaining({ contactEmail: 'sales@example.com' }),
  },
];

describe('DX Admin operations through change_operation', () => {
  for (const { operation, input, sentence, effects, seen, after } of stories) {
    it(`${operation} is planned, approved, sent once and visible in the sandbox`, async () => {
      const { connectClient, world } = await startTestServer(offered);
      const { call, asked } = await connectClient({ ...client, person: yes });
      expect(seen(world.thingpark)).not.toEqual(after);
      const { change } = (await call('change_operation', { operation, input })).structured;
      expect(asked[0]).toContain(sentence);
      expect(change).toMatchObject({ status: 'applied', effects });
      expect(seen(world.thingpark)).toEqual(after);
      expect(countRequests(world, operation)).toBe(1);
    });
  }

  it('a DX Admin change is unchanged when already applied and refused for an unknown object', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call } = await connectClient({ ...client, person: yes });
    const name = at(world.thingpark.suppliers, '301') as { name?: string } | undefined;
    const put = async (supplierRef: string) =>
      (
        await call('change_operation', {
          operation: 'thingpark.suppliers.update',
          input: { path: { supplierRef }, body: { name: name?.name } },
        })
      ).structured.change;
    expect((await put('301')).status).toBe('unchanged');
    expect((await put('399')).explanation).toContain('supplier 399: there is no such supplier');
    expect(countRequests(world, 'thingpark.suppliers.update')).toBe(0);
  });

  it('a lost response to a DX Admin change is read back', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call } = await connectClient({ ...client, person: yes });
    const operation = 'thingpark.offers.delete';
    world.faults.arm({ fault: 'lost-answer', operation, skip: 0, times: 1 });
    expect((await call('change_operation', { operation, input: { path: { offerRef: '503' } } })).structured.change.status).toBe('applied');
    expect(countRequests(world, operation)).toBe(1);
  });

  it('thingpark.users.delete is never run through a tool', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call } = await connectClient({ ...client, person: yes });
    const { text } = await call('change_operation', { operation: 'thingpark.users.delete', input: { path: { userRef: '602' } } });
    expect(text).toContain('thingpark.users.delete changes credentials and is never run through a tool');
    expect(countRequests(world, 'thingpark.users.delete')).toBe(0);
  });
});

describe('thingpark.multicastGroups.update and delete', () => {
  const EUI = 'A81758FFFE0B0001';
  const add = { name: 'Lights', eui: EUI, devAddr: '04AB0001', class: 'C', nwkSKey: '00112233445566778899AABBCCDDEEFF' };
  const operation = 'thingpark.multicastGroups.update';
  const put = (body: object) => ({ operation, input: { path: { multicastGroupUid: `e${EUI}` }, body } });

  it('a multicast group is updated with its version, read back and never forced', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call } = await connectClient({ ...client, person: yes });
    await call('add_multicast_group', add);
    const body = { occContext: { version: 0 }, name: 'Lights north', downlinkDataRate: 3 };
    const { change } = (await call('change_operation', put(body))).structured;
    expect(change.summary).toBe(
      `${EUI} (1 multicast group) on sandbox-thingpark: rename to "Lights north", set downlinkDataRate = 3 for all its devices. Cost unknown. Undo: setting the previous values; keys cannot be read back.`,
    );
    expect(change).toMatchObject({
      status: 'applied',
      targets: [{ before: { name: 'Lights', version: '0' }, after: { name: 'Lights north' } }],
    });
    expect((await call('change_operation', put(body))).structured.change.explanation).toContain(
      'it is at version 1, the change was made for version 0',
    );
    expect((await call('change_operation', put({ ...body, occContext: { version: 1 } }))).structured.change.status).toBe('unchanged');
    const forced = { operation, input: { path: { multicastGroupUid: `e${EUI}` }, query: { force: true }, body } };
    expect((await call('change_operation', forced)).text).toContain('force: is not accepted');
    expect(countRequests(world, operation)).toBe(1);
  });

  it('deleting a multicast group keeps a copy of it', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call, asked } = await connectClient({ ...client, person: yes });
    await call('add_multicast_group', add);
    const gone = { operation: 'thingpark.multicastGroups.delete', input: { path: { multicastGroupUid: `e${EUI}` } } };
    const { change } = (await call('change_operation', gone)).structured;
    expect(asked[1]).toContain(
      `${EUI} (1 multicast group) on sandbox-thingpark: DELETE for good with its history; its keys cannot be read back. Cannot be undone.`,
    );
    expect(change).toMatchObject({ status: 'applied', targets: [{ before: { name: 'Lights', class: 'C' }, after: { present: 'no' } }] });
    expect(world.thingpark.groups.size).toBe(0);
    expect((await call('change_operation', gone)).structured.change.explanation).toContain('there is no such group');
  });
});

describe('device tags through DX', () => {
  it('a tag is added to and removed from one device', async () => {
    const { connectClient, world } = await startTestServer(offered);
    const { call } = await connectClient({ ...client, person: yes });
    const deviceUid = `e${fridge}`;
    const add = { operation: 'thingpark.tags.add', input: { path: { deviceUid }, body: { name: 'north' } } };
    const on = (await call('change_operation', add)).structured.change;
    expect(on.summary).toBe(`${fridge} (1 device) on sandbox-thingpark: add tag "north". Undo: removing the tag.`);
    expect(on).toMatchObject({ status: 'applied', targets: [{ after: { tags: 'north' } }] });
    expect((await call('change_operation', add)).structured.change.status).toBe('unchanged');
    const remove = { operation: 'thingpark.tags.remove', input: { path: { deviceUid, tagUid: '1' } } };
    const off = (await call('change_operation', remove)).structured.change;
    expect(off.summary).toBe(`${fridge} (1 device) on sandbox-thingpark: remove tag "north". Undo: adding the tag again.`);
    expect(off).toMatchObject({ status: 'applied', targets: [{ before: { tags: 'north' }, after: { tags: 'none' } }] });
    expect(world.thingpark.devices.get(fridge)?.tags).toEqual([]);
    expect((await call('change_operation', remove)).structured.change.explanation).toContain('it has no tag of this UID');
  });
});
