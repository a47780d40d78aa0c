/** Read-only resources: the subscription, device profiles, connectivity plans and cellular network contexts. */
import type { cellularNetworkContexts as contextsContracts } from '../../clients/thingpark/cellular-network-contexts.ts';
import type { deviceProfiles as deviceProfilesContracts } from '../../clients/thingpark/device-profiles.ts';
import type { networkSubscriptions as networkSubscriptionsContracts } from '../../clients/thingpark/network-subscriptions.ts';
import { sandboxThingpark } from '../../clients/thingpark/sandbox-account.ts';
import type { subscription as subscriptionContracts } from '../../clients/thingpark/subscription.ts';
import { day } from '../../durations.ts';
import type { Handlers } from '../handler.ts';
import { ossPage } from './pages.ts';

const subscriptionPath = '/thingpark/wireless/rest/subscriptions/32';

export const deviceProfiles: Handlers<typeof deviceProfilesContracts> = {
  list({ world, query }) {
    const connectivity = query.get('connectivity');
    const ids = query.getAll('ID');
    const briefs = world.thingpark.models.filter(
      (model) => (connectivity === null || model.connectivity === connectivity) && (ids.length === 0 || ids.includes(model.ID)),
    );
    const { rows, more } = ossPage(world, query, briefs);
    return {
      status: 200,
      body: { briefs: rows.map((model) => ({ ...model, vendor: { ...model.vendor, commercialName: model.vendor.name } })), more },
    };
  },
};

export const networkSubscriptions: Handlers<typeof networkSubscriptionsContracts> = {
  list({ world, query }) {
    const connectivity = query.get('connectivity');
    const id = query.get('networkSubscriptionID');
    const plans = world.thingpark.plans.filter(
      (plan) => (connectivity === null || plan.connectivity === connectivity) && (id === null || plan.ID === id),
    );
    const briefs = plans.map(({ uid, downlink: _, confirmed: __, ...plan }) => ({
      ...plan,
      communicationType: 'UNICAST',
      href: `${subscriptionPath}/networkSubscriptions/${uid}`,
    }));
    return { status: 200, body: { briefs, more: false } };
  },
};

export const cellularNetworkContexts: Handlers<typeof contextsContracts> = {
  list: () => ({
    status: 200,
    body: {
      briefs: [
        {
          ID: 'acme-context',
          name: 'Plant network',
          mode: 'MIXED',
          gtpTunnel: { subnet: '10.61.0.0/16', dhcpPool: '10.61.4.0/24', dns1: '10.61.0.2', dns2: '10.61.0.3' },
          greTunnels: [{ peerAddress: '192.0.2.10' }],
          messageRouting: { sourcePort: 5683 },
          appServersReporting: { microflowEvents: true },
          occContext: { version: 0, lastUpdate: 1_767_225_600_000, who: 'TWA_199900001.ADMIN' },
        },
      ],
      more: false,
    },
  }),
};

export const subscription: Handlers<typeof subscriptionContracts> = {
  read: ({ world }) => ({
    status: 200,
    body: {
      subscriber: { ID: sandboxThingpark.subscriber, name: 'Sandbox subscriber', organization: 'ACME', extID: null },
      state: { value: 'ACTIVE', timestamp: world.startedAt - 400 * day },
      creationTimestamp: world.startedAt - 400 * day,
      networkSubscriptionsHandling: { mode: 'BASIC', supportedNetworkSubscriptions: [] },
      defaultIsmBands: [{ ID: 'eu868', name: 'EU863-870 (EU868)' }],
      options: { devAddrValidation: 'DEACTIVATED', devEUIValidation: 'DEACTIVATED', cellularSupport: 'SPR', license: 'ACTIVATED' },
      occContext: { version: 0, lastUpdate: world.startedAt - 400 * day, who: 'TWA_199900001.ADMIN' },
    },
  }),
};
