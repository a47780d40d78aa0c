/** The state of the simulated iot-x account. */

export interface Tariff {
  productSetId: number;
  name: string;
  kind: 'cellular' | 'non-ip' | 'satellite';
  operatorCode: string;
  operatorName: string;
  /** Recurring charge in the smallest currency unit. */
  lineRental: number;
  /** In months. */
  contractLength: number;
  /** In bytes per billing period. */
  allowance: number;
  products: readonly TariffProduct[];
}

export interface TariffProduct {
  product: string;
  description: string;
  /** Enabled by default when a contract starts. */
  enabledByDefault: boolean;
  /** Gives network access: without it the device is offline. */
  networkAccess: boolean;
}

/** A span without traffic, ms since 1970; an open span ends at Infinity. */
export type TrafficGap = readonly [from: number, to: number];

/** Products of a subscriber by state. */
export interface ProductLists {
  /** Enabled products. */
  enabled: readonly string[];
  /** Products that were enabled before and are now disabled. */
  disabled: readonly string[];
}

export interface IotxSubscriber extends ProductLists {
  physicalId: string;
  subscriberId: string;
  nickname: string | null;
  state: 'stock' | 'pending' | 'active' | 'barred' | 'terminated';
  tariff: Tariff;
  imsi: string | null;
  eid: string | null;
  groupId: number | null;
  /** Contract start, ms since 1970. */
  connectedAt: number;
  terminatedAt?: number;
  /** Mean bytes per day, sent and received. */
  bytesPerDay: number;
  gaps: readonly TrafficGap[];
  /** Products that reads still return until a change becomes visible at `until`. */
  staleProducts?: ProductLists & { until: number };
  /** Times of requested reconnections, ms since 1970. */
  reconnects: readonly number[];
}

export interface AccessKey {
  permissions: readonly string[];
  disabled: boolean;
  /** Expiry, ms since 1970. Access keys never expire (Infinity). */
  expiresAt: number;
}

export interface Alert {
  id: number;
  ruleType: string;
  target: string | null;
  lowerThreshold: number;
  upperThreshold: number;
  /** ms since 1970 */
  created: number;
}

export interface StockOrder {
  orderId: string;
  /** ms since 1970 */
  created: number;
  subscribers: string[];
  recipientName: string;
  address: string;
  operator: string;
  stockType: string;
  amount: number;
}

/** An accepted change. `fee`: it may cost money, so that a test can assert that nothing was charged. */
export interface AcceptedChange {
  at: number;
  operation: string;
  target: string;
  what: string;
  fee: boolean;
}

export interface IotxWorld {
  /** By secret. */
  keys: Map<string, AccessKey>;
  /** The next request is refused as unauthorized, whatever its key. */
  rejectNextRequest: boolean;
  tariffs: readonly Tariff[];
  /** By physicalId, including stock. */
  subscribers: Map<string, IotxSubscriber>;
  /** Cache of the subscribers that lists return; reset when one is activated. */
  visibleSubscribers: IotxSubscriber[] | undefined;
  /** physicalIds by tag name. */
  tags: Map<string, Set<string>>;
  alerts: Map<string, Alert>;
  orders: Map<string, StockOrder>;
  changes: AcceptedChange[];
  /** Which member of a product change holds the product name; the manual names both. */
  patchMode: 'lenient' | 'product-only' | 'service-only';
  /** What happens to the member that `patchMode` does not read: ignored, or refused with 400. */
  extraKeys: 'ignore' | 'refuse';
  /** What happens when a product is already in the requested state: refused with 400, or 204 without effect. */
  repeatedChange: 'refuse' | 'accept';
  /** Delay in ms from an accepted activation or stock order to its completion. */
  settleMs: number;
  page: { defaultLimit: number; maxLimit: number };
}

declare module '../world.ts' {
  interface World {
    iotx: IotxWorld;
  }
}
