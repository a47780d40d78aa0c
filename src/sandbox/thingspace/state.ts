/** The state of the simulated ThingSpace. */
import type { CallbackService } from '../../clients/thingspace/callbacks.ts';
import type { DeliverCallback } from '../world.ts';

export interface AccountPlan {
  name: string;
  /** Absent for a placeholder plan. */
  code?: string;
  sizeKb: number;
  carrierServicePlanCode?: string;
}

export interface Account {
  name: string;
  features: string[];
  pool: string;
  plans: AccountPlan[];
}

export interface DeviceGroup {
  account: string;
  name: string;
  description: string;
  isDefault: boolean;
}

export type DeviceState = 'active' | 'suspend' | 'deactive' | 'pre-active' | 'pending activation';

/** A time without data sessions, in ms since 1970. Without `to` it has not ended. */
export interface SessionPause {
  from: number;
  to?: number;
}

/** State of the operational profile on an eUICC, next to its bootstrap profile. */
export type ProfileState = 'NOT_DOWNLOADED' | 'DOWNLOAD_ENABLE' | 'DOWNLOAD_DISABLE' | 'ENABLE' | 'DISABLE' | 'DELETE';

/** One entry of a device's provisioning history. `at` is in ms since 1970. */
export interface ProvisioningEvent {
  at: number;
  type: string;
  status: 'Success' | 'Failed';
  /** Who caused it; a user of the API when absent. */
  by?: string;
}

/** Primary place of use as the caller set it. */
export interface PlaceOfUse {
  customerName: Record<string, unknown>;
  address: Record<string, unknown>;
}

export interface TsDevice {
  /** Serial number from 1. DeviceId and IMSI are derived from it. */
  n: number;
  account: string;
  iccid: string;
  imei?: string;
  /** Every fourth device is an eUICC. */
  eid?: string;
  profile?: ProfileState;
  /** Whether the current profile is the fallback profile. */
  fallback?: boolean;
  /** Whether it was suspended together with all SIMs of its eUICC. */
  suspendedWithDevice?: boolean;
  /** The last activation code issued for it. */
  activationCode?: string;
  /** Last change of the IMEI: the previous IMEI and the time in ms since 1970. */
  imeiChange?: { from: string; at: number };
  /** A usage segmentation label. */
  label?: { name: string; value: string };
  costCenter?: string;
  /** Primary place of use. Absent until it is set. */
  placeOfUse?: PlaceOfUse;
  /** Provisioning history. Absent until first read, then derived from the state. */
  provisioningEvents?: ProvisioningEvent[];
  /** Times of its service plan changes, in ms since 1970. */
  planChanges?: number[];
  /** A static address that an activation asked for. */
  ipAddress?: string;
  /** Bytes of every day, instead of the seeded usage. */
  bytesPerDay?: number;
  /** Bytes of single days, by their midnight UTC in ms since 1970. */
  bytesOnDay?: Map<number, number>;
  /** Times of the SMS sent to it, in ms since 1970. */
  smsReceived?: number[];
  state: DeviceState;
  /** Number from 1, from which MDN, MSISDN, MIN and IP address are derived. Set only while active or suspended. */
  mdnIndex?: number;
  /** Code of the service plan, kept after a deactivation. Empty before the first activation. */
  plan: string;
  group: string;
  /** CustomField1. */
  name: string;
  /** CustomField2 to CustomField5. */
  fields?: Record<string, string>;
  zip: string;
  /** Milliseconds since 1970. */
  created: number;
  /** Last activation, in ms since 1970. */
  activated?: number;
  /** First activation, in ms since 1970. */
  firstActivated?: number;
  /** Milliseconds between the starts of data sessions, counted from the first activation. No session starts during `pauses`. */
  period: number;
  pauses?: SessionPause[];
}

/** Kinds of asynchronous requests. Version 2 and profile requests have their own status call. */
export type RequestAction =
  | 'activate'
  | 'suspend'
  | 'restore'
  | 'deactivate'
  | 'move'
  | 'plan'
  | 'customFields'
  | 'costCenter'
  | 'contactInfo'
  | 'changeId'
  | 'swap'
  | 'setLabels'
  | 'removeLabels'
  | 'goToState'
  | 'orderStatus'
  | 'availability'
  | 'upload'
  | 'suspensionStatus'
  | 'prl'
  | 'aggregateUsage'
  | 'promoUsage'
  | 'billedUsage'
  | 'smsEvents'
  | 'sms'
  | 'nidd'
  | 'startMonitor'
  | 'stopMonitor'
  | 'listMonitors'
  | 'reachability'
  | 'profile'
  | 'globalList'
  | 'globalHistory';

/** Outcome of a request for one device, as a callback reports it. */
export interface DeviceOutcome {
  iccid: string;
  /** The EID of an eUICC device. */
  eid?: string;
  status: 'Pending' | 'Success' | 'Failed';
  fault?: { faultcode: string; faultstring: string };
}

/** An asynchronous request. Times are in ms since 1970. */
export interface TsRequest {
  id: string;
  action: RequestAction;
  account: string;
  created: number;
  /** Absent while the request is pending. */
  settled?: number;
  outcomes: DeviceOutcome[];
}

/** Registered callback URL of one service of an account. */
export interface CallbackListener {
  account: string;
  service: CallbackService;
  url: string;
  username?: string;
  password?: string;
}

/** One callback in the outbox. `at` is in ms since 1970. */
export interface OutboxEntry {
  at: number;
  service: CallbackService;
  account: string;
  url: string;
  body: Record<string, unknown>;
  /** Number of delivery attempts, at most 4. */
  attempts: number;
  /** Whether an attempt was answered with 2xx. */
  delivered?: boolean;
}

/** An SMS from a device that no client has acknowledged. `at` is in ms since 1970. */
export interface QueuedSms {
  serial: number;
  account: string;
  mdn: string;
  message: string;
  at: number;
}

/** A reachability monitor. `until` is in ms since 1970. */
export interface ReachabilityMonitor {
  id: string;
  account: string;
  iccid: string;
  type: string;
  until: number;
  /** Id of the request that created it. Every callback of the monitor has this id. */
  requestId: string;
}

/** The members of a trigger that both creating and updating it set. */
export interface TriggerDefinition {
  account: string;
  group: string;
  category: string;
  condition: { comparator?: string; threshold?: string; thresholdUnit?: string; smsType?: string };
}

/** A usage trigger. `created` and `modified` are in ms since 1970. */
export interface Trigger extends TriggerDefinition {
  id: string;
  name: string;
  cycle: string;
  active: boolean;
  created: number;
  modified: number;
  /** Alerts sent in the cycle that began at `cycle` (ms since 1970): the ICCIDs reported, '' for an alert on the whole group. */
  alerted: { cycle: number; iccids: Set<string> };
}

/** A promotion of a service plan. It lasts for `days` from a device's first activation. */
export interface Promotion {
  plan: string;
  days: number;
}

/** A version 2 trigger of a promotion. `created` and `modified` are in ms since 1970. */
export interface PromoTrigger {
  id: string;
  name: string;
  account: string;
  /** The carrier's code of the service plan. */
  plan: string;
  /** Shares of data and SMS in percent at which it alerts. */
  data: string[];
  sms: string[];
  /** Days before the promotion ends. */
  days: number;
  announcesEnd: boolean;
  created: number;
  modified: number;
}

/** A newly made device that was uploaded and is in no account yet. */
export interface UploadedDevice {
  iccid?: string;
  imei?: string;
  sku: string;
}

export interface ThingspaceWorld {
  accounts: Account[];
  groups: DeviceGroup[];
  /** In the order of DeviceId. */
  devices: TsDevice[];
  /** Lookup index, built at the first lookup and then kept up to date. */
  index:
    | { iccid: Map<string, TsDevice>; imei: Map<string, TsDevice>; eid: Map<string, TsDevice[]>; mdnIndex: Map<number, TsDevice> }
    | undefined;
  nextDevice: number;
  nextMdnIndex: number;
  /** The bearer token that all callers share. It expires one hour after it was issued. */
  bearer: { value: string; until: number } | undefined;
  bearersIssued: number;
  /** Time of last use by session token, in ms since 1970. */
  sessions: Map<string, number>;
  sessionsIssued: number;
  /** Consecutive failed logins. Five lock the user. */
  failedLogins: number;
  password: string;
  /** Keyed by account and service, so each pair has one URL. */
  listeners: Map<string, CallbackListener>;
  outbox: OutboxEntry[];
  /** Number of callbacks posted so far. */
  postCount: number;
  /** Delivers callbacks. When absent, they stay in the outbox. */
  deliver?: DeliverCallback | undefined;
  smsQueue: QueuedSms[];
  nextSms: number;
  /** Accounts whose SMS from devices go to the listener instead of the queue. */
  smsByCallback: Set<string>;
  monitors: ReachabilityMonitor[];
  nextMonitor: number;
  triggers: Map<string, Trigger>;
  triggersCreated: number;
  promotions: Promotion[];
  promoTriggers: PromoTrigger[];
  /** By ICCID, or by IMEI when no ICCID was uploaded. */
  uploaded: Map<string, UploadedDevice>;
  requests: Map<string, TsRequest>;
  /** Milliseconds from the acceptance of a request until it is carried out. */
  settleMs: number;
  /** Page sizes: device list by default and at most, group members, SMS. */
  page: { defaultSize: number; maxSize: number; group: number; sms: number };
}

declare module '../world.ts' {
  interface World {
    thingspace: ThingspaceWorld;
  }
}
