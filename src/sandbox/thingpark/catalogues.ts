/** What is only read: models, plans, application servers, offers. */
import type { appServers as appServersContracts } from '../../clients/thingpark/app-servers.ts';
import type { deviceProfiles as deviceProfilesContracts } from '../../clients/thingpark/device-profiles.ts';
import type { networkSubscriptions as networkSubscriptionsContracts } from '../../clients/thingpark/network-subscriptions.ts';
import type { Behaviours } from '../behaviour.ts';

const subscription = '/thingpark/wireless/rest/subscriptions/32';

export const deviceProfiles: Behaviours<typeof deviceProfilesContracts> = {
  list({ world, query }) {
    const connectivity = query.get('connectivity');
    const ids = query.getAll('ID');
    const briefs = world.thingpark.models.filter(
      (model) => (connectivity === null || model.connectivity === connectivity) && (ids.length === 0 || ids.includes(model.ID)),
    );
    return {
      status: 200,
      body: { briefs: briefs.map((model) => ({ ...model, vendor: { ...model.vendor, commercialName: model.vendor.name } })), more: false },
    };
  },
};

export const networkSubscriptions: Behaviours<typeof networkSubscriptionsContracts> = {
  list({ world, query }) {
    const connectivity = query.get('connectivity');
    const id = query.get('networkSubscriptionID');
    const plans = world.thingpark.plans.filter(
      (plan) => (connectivity === null || plan.connectivity === connectivity) && (id === null || plan.ID === id),
    );
    const briefs = plans.map(({ uid, ...plan }) => ({
      ...plan,
      communicationType: 'UNICAST',
      href: `${subscription}/networkSubscriptions/${uid}`,
    }));
    return { status: 200, body: { briefs, more: false } };
  },
};

export const appServers: Behaviours<typeof appServersContracts> = {
  list({ world, query }) {
    const prefix = (query.get('query') ?? query.get('name') ?? query.get('ID') ?? '').toLowerCase();
    const found = world.thingpark.appServers.filter(
      (one) => one.name.toLowerCase().startsWith(prefix) || one.ID.toLowerCase().startsWith(prefix),
    );
    const used = (ID: string): number => [...world.thingpark.devices.values()].filter((device) => device.appServers.includes(ID)).length;
    const briefs = found.map(({ uid, ...one }) => ({
      ...one,
      state: 'ACTIVE',
      healthState: 'ACTIVE',
      deviceCount: used(one.ID),
      href: `${subscription}/appServers/${uid}`,
    }));
    return { status: 200, body: { briefs, more: false } };
  },
};
