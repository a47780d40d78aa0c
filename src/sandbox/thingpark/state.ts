/** The state of the simulated ThingPark. */

export interface Alarm {
  /** 24 hex digits: creation time in seconds (8), a fixed prefix (6), alarm type (2), device UID (8). */
  uid: string;
  type: number;
  device: TpDevice;
  /** 1 cleared, 2 indeterminate, 3 warning, 4 minor, 5 major, 6 critical. */
  state: number;
  occurrence: number;
  /** ms since 1970, like `updated`. */
  created: number;
  updated: number;
  info: string[];
}

export interface Acknowledgement {
  author: string;
  /** ms since 1970 */
  at: number;
  /** Severity at the time of the acknowledgement; an alarm that gets worse counts as unacknowledged. */
  state: number;
}

export interface QueuedDownlink {
  /** Time it was queued, ms since 1970. */
  queuedAt: number;
  fPort: number;
  bytes: number;
  /** Hex. */
  payload: string;
  /** Dropped if not sent by this time, ms since 1970. */
  expiresAt?: number;
}

export interface BaseStation {
  uid: string;
  lrrID: string;
  lrrUUID: string;
  name: string;
  model: string;
  /** Decimal degrees; undefined until a location is known. */
  lat: number | undefined;
  lon: number | undefined;
  /** Metres. */
  alt?: number;
  /** 0 unknown, 1 administrative, 2 GPS. */
  locationType: number;
  administrativeInfo?: string;
  /** Undefined until one is set. */
  rfRegionID: string | undefined;
  connected: boolean;
  /** Set from its creation to its first connection. */
  neverConnected?: true;
  /** Time of the last change of `connected`, ms since 1970. */
  connectedSince: number;
  lastReboot: number;
  created: number;
  version: number;
  updated?: number;
  command?: { type: string; status: 'PENDING' | 'PROCESSING' | 'COMPLETED' };
}

export type DxRecord = {
  ref: string;
  id: string;
  name: string;
  contactEmail?: string;
  organization?: string;
};

export interface AccessCode {
  type: string;
  value: string;
  userId?: string;
  applicationId?: string;
  /** ms since 1970; 5 minutes after creation. */
  expiresAt: number;
}

export interface DxUser {
  ref: string;
  id: string;
  email: string;
  firstName?: string;
  lastName?: string;
  organization?: string;
  scopes: string[];
  /** Time of the last password reset, ms since 1970. */
  passwordReset?: number;
}

export interface RoutingProfile {
  ref: string;
  id: string;
  name: string;
  default: boolean;
  routes: ProfileRoute[];
}

export interface ProfileRoute {
  sourcePorts: string;
  strategy: string;
  contentType: string;
  addresses: string[];
  asId?: string;
  /** Never returned. */
  asKey?: string;
  /** Seconds. */
  maxDeviation?: number;
}

export interface DeviceModel {
  ID: string;
  commercialName: string;
  connectivity: 'LORAWAN' | 'CELLULAR';
  vendor: { ID: string; name: string };
  /** LoRaWAN only, like the two versions. macMinorVersion 10 stands for LoRaWAN 1.1. */
  typeMAC?: string;
  macMajorVersion?: number;
  macMinorVersion?: number;
}

/** A connectivity plan with its licences. */
export interface ConnectivityPlan {
  uid: string;
  ID: string;
  commercialName: string;
  connectivity: 'LORAWAN' | 'CELLULAR';
  used: number;
  granted: number;
  /** Whether downlinks and confirmed downlinks are allowed. */
  downlink: boolean;
  confirmed: boolean;
}

export interface AppServer {
  uid: string;
  ID: string;
  name: string;
  type: 'HTTP' | 'HTTP_CELLULAR' | 'KAFKA';
  contentType: string;
  destinations: unknown[];
  /** The key is never returned. */
  security: { status: 'NONE' | 'DOWNLINK_AS_KEY'; asID?: string; key?: string; maxTimestampDeviation?: number };
  state: 'ACTIVE' | 'DEACTIVATED';
  /** `ERROR`: its deliveries fail; `SUSPENDED`: its licence has expired. */
  trouble?: 'ERROR' | 'SUSPENDED';
  extraFields: Record<string, unknown>;
  created: number;
  version: number;
  updated?: number;
}

export interface Domain {
  name: string;
  group: { name: string };
}

/** An IoT Flow connection. `configuration` is stored unmasked; responses mask its secrets. */
export interface FlowConnection {
  id: string;
  uid: string;
  name: string;
  connectorId: string;
  configuration: Record<string, unknown>;
  active: boolean;
  state: 'CLOSED' | 'OPENING' | 'OPENED' | 'DEACTIVATED';
  startupTime: number;
  /** Incremented by every change, so that state transitions scheduled earlier are ignored. */
  generation: number;
}

export interface MulticastGroup {
  uid: string;
  EUI: string;
  name: string;
  nwAddress: string;
  class: 'B' | 'C';
  plan: string | undefined;
  settings: Record<string, unknown>;
  created: number;
  version: number;
  updated?: number;
  downlinkSentAt?: number;
  fCnt: number;
}

export interface TpDevice {
  uid: string;
  EUI: string;
  name: string;
  connectivity: 'LORAWAN' | 'CELLULAR';
  activation?: 'OTAA' | 'ABP';
  appEUI?: string;
  nwAddress?: string;
  model: string;
  plan: string | undefined;
  appServers: string[];
  suspended: boolean;
  created: number;
  version: number;
  /** Periodic uplinks: every `period` ms from `started` until `silentSince`. Absent: only the uplinks in `uplinks`. */
  period?: number;
  started?: number;
  silentSince?: number;
  /** Times of simulated uplinks, ms since 1970. */
  uplinks: number[];
  iccid?: string;
  imei?: string;
  networkContext?: string;
  /** Start of the current suspension, ms since 1970. Uplinks are ignored from then on. */
  suspendedSince?: number;
  /** Past suspensions, ms since 1970. */
  pastSuspensions?: { from: number; to: number }[];
  /** Time of the last resumption or reset, ms since 1970. Health is INIT until the next uplink. */
  initSince?: number;
  updated?: number;
  tags?: string[];
  domains?: Domain[];
  /** Fields stored as sent and returned unchanged, such as location, notes and thresholds. */
  notes?: Record<string, unknown>;
  downlinkQueue?: QueuedDownlink[];
  /** Time the last requested downlink was sent, ms since 1970. */
  downlinkSentAt?: number;
  processingStrategy?: string;
  routingProfile?: string;
  /** LRR ID of the base station that hears it; the first one when absent. */
  gateway?: string;
  /** Who changed it last; the account itself when absent. */
  updatedBy?: string;
  /** Last reported level, 0 to 255; computed when absent. */
  battery?: number;
}

export interface Order {
  ref: string;
  offerId: string;
  subscriberId: string;
  state: string;
  processingStrategyId?: string;
  creationTime: number;
}

export interface Token {
  kind: 'oss' | 'dx';
  value: string;
  expiresAt: number;
  scope: string;
}

export interface ThingparkWorld {
  models: DeviceModel[];
  plans: ConnectivityPlan[];
  appServers: AppServer[];
  /** By DevEUI in upper case. */
  devices: Map<string, TpDevice>;
  /** DevEUIs in ascending order, for the cursor. Rebuilt after a device is added or removed. */
  sortedEuis: string[] | undefined;
  /** Devices by UID. Rebuilt after a device is added or removed. */
  devicesByUid: Map<string, TpDevice> | undefined;
  alarmCache: { at: number; rows: Alarm[] } | undefined;
  acks: Map<string, Acknowledgement>;
  /** UIDs by tag name. */
  tags: Map<string, string>;
  groups: Map<string, MulticastGroup>;
  connections: FlowConnection[];
  /** Fields that a device update through DX ignores without an error, as older platforms do. */
  dxIgnoredFields: string[];
  /** Limit of IoT Flow connections, as on the community platform. */
  maxConnections: number;
  baseStations: BaseStation[];
  routingProfiles: RoutingProfile[];
  suppliers: DxRecord[];
  vendors: DxRecord[];
  users: DxUser[];
  accessCodes: AccessCode[];
  offers: { ref: string; id: string; name: string; state: string }[];
  orders: Map<string, Order>;
  subscribers: DxRecord[];
  tokens: Map<string, Token>;
  nextUid: number;
  /** Token lifetimes in ms. */
  tokenLifetimeMs: { oss: number; dx: number };
  page: { defaultSize: number; maxSize: number };
}

declare module '../world.ts' {
  interface World {
    thingpark: ThingparkWorld;
  }
}
