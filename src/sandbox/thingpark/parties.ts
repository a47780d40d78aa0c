/** DX Admin suppliers, vendors and subscribers. */
import { sandboxThingpark } from '../../clients/thingpark/sandbox-account.ts';
import type { subscribers as subscribersContracts } from '../../clients/thingpark/subscribers.ts';
import type { suppliers as suppliersContracts } from '../../clients/thingpark/suppliers.ts';
import type { vendors as vendorsContracts } from '../../clients/thingpark/vendors.ts';
import type { Handlers } from '../handler.ts';
import type { World } from '../world.ts';
import { invalidateDeviceIndexes } from './device-lookup.ts';
import { createRecord, dxRefusal, findRecord, mergeRecord, removeRecord } from './dx-records.ts';
import type { DxRecord } from './state.ts';

const editableFields = ['name', 'contactEmail', 'organization'] as const satisfies (keyof DxRecord)[];

const filterById = (rows: readonly DxRecord[], id: string | null): DxRecord[] => rows.filter((row) => id === null || row.id === id);

function createParty(rows: DxRecord[], body: unknown, what: string) {
  const row = createRecord(rows, body, what);
  rows.push(row);
  return { status: 201, body: row, headers: { location: `/${what.toLowerCase()}s/${row.ref}` } };
}

export const suppliers: Handlers<typeof suppliersContracts> = {
  list: ({ world, query }) => ({ status: 200, body: filterById(world.thingpark.suppliers, query.get('supplierId')) }),
  create: ({ world, body }) => createParty(world.thingpark.suppliers, body, 'Supplier'),
  read: ({ world, path }) => ({ status: 200, body: findRecord(world.thingpark.suppliers, path.supplierRef, 'Supplier') }),
  update: ({ world, path, body }) => ({
    status: 200,
    body: mergeRecord(findRecord(world.thingpark.suppliers, path.supplierRef, 'Supplier'), body, editableFields),
  }),
  delete({ world, path }) {
    removeRecord(world.thingpark.suppliers, path.supplierRef, 'Supplier');
    return { status: 204 };
  },
};

export const vendors: Handlers<typeof vendorsContracts> = {
  list: ({ world, query }) => ({ status: 200, body: filterById(world.thingpark.vendors, query.get('vendorId')) }),
  create: ({ world, body }) => createParty(world.thingpark.vendors, body, 'Vendor'),
  read: ({ world, path }) => ({ status: 200, body: findRecord(world.thingpark.vendors, path.vendorRef, 'Vendor') }),
  update: ({ world, path, body }) => ({
    status: 200,
    body: mergeRecord(findRecord(world.thingpark.vendors, path.vendorRef, 'Vendor'), body, editableFields),
  }),
  delete({ world, path }) {
    removeRecord(world.thingpark.vendors, path.vendorRef, 'Vendor');
    return { status: 204 };
  },
};

export const subscribers: Handlers<typeof subscribersContracts> = {
  list({ world, query }) {
    const email = query.get('contactEmail');
    const found = filterById(world.thingpark.subscribers, query.get('subscriberId'));
    return { status: 200, body: found.filter((row) => email === null || row.contactEmail === email) };
  },
  create: ({ world, body }) => createParty(world.thingpark.subscribers, body, 'Subscriber'),
  read: ({ world, path }) => ({ status: 200, body: findRecord(world.thingpark.subscribers, path.subscriberRef, 'Subscriber') }),
  update: ({ world, path, body }) => ({
    status: 200,
    body: mergeRecord(findRecord(world.thingpark.subscribers, path.subscriberRef, 'Subscriber'), body, editableFields),
  }),
  delete({ world, path, query }) {
    const { orders, subscribers: rows } = world.thingpark;
    const { id } = findRecord(rows, path.subscriberRef, 'Subscriber');
    const openOrders = [...orders.values()].filter((order) => order.subscriberId === id);
    const isOwn = id === sandboxThingpark.subscriber;
    const inUse = openOrders.length > 0 || (isOwn && world.thingpark.devices.size > 0);
    if (inUse && query.get('force') !== 'true') throw dxRefusal(409, `Subscriber ${id} still has orders or devices; force removes them`);
    for (const { ref } of openOrders) orders.delete(ref);
    if (isOwn) deleteSubscriptionContents(world);
    removeRecord(rows, path.subscriberRef, 'Subscriber');
    return { status: 204 };
  },
};

/** Deletes the devices and base stations of the sandbox's own subscriber, and releases all licences. */
function deleteSubscriptionContents({ thingpark }: World): void {
  thingpark.devices.clear();
  invalidateDeviceIndexes(thingpark);
  thingpark.baseStations = [];
  for (const plan of thingpark.plans) plan.used = 0;
}
