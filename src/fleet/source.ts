/** The interface that each provider implements for the fleet. */
import type { Connection } from '../clients/connect.ts';
import type { Page } from '../clients/http/pages.ts';
import type { IdentifierKind } from '../vocabulary.ts';
import type { Device, Health, State } from './device.ts';

/** Filters that a provider may apply itself; the fleet applies them again to the rows it gets. */
export interface ListFilter {
  query?: string | undefined;
  state?: State | undefined;
  health?: Health | undefined;
  account?: string | undefined;
}

export interface DeviceCounts {
  total: number;
  byState: Partial<Record<State, number>>;
  byHealth: Partial<Record<Health, number>>;
  /** Why there may be more than were counted. */
  incomplete?: string;
}

/** A time window: [from, to) in ms since 1970, cut into slots of `step` in `zone`. */
export interface TrafficWindow {
  from: number;
  to: number;
  step: string;
  zone: string;
}

export interface Slot {
  /** ms since 1970. */
  at: number;
  /** Uplink frames of a LoRaWAN device. */
  upCount?: number;
  downCount?: number;
  upBytes?: number;
  downBytes?: number;
  /** Set where the provider reports only the sum of both directions. */
  bytes?: number;
  sms?: number;
  /** Uplinks known to be lost on the air. */
  lost?: number;
  /** Downlinks that could not be sent. */
  failed?: number;
  /** Mean RSSI in dBm, SNR in dB, packet error rate as a share of 1. */
  rssi?: number;
  snr?: number;
  per?: number;
  /** Set where a record of this slot was not understood: the sums are lower limits. */
  atLeast?: boolean;
}

/** Figures of a device over time. A figure that a slot lacks is unknown. */
export interface Traffic {
  slots: Slot[];
  /** Set where records are missing or were not understood: the totals are lower limits. */
  atLeast?: boolean;
  /** The zone of the provider's own days, where it records whole days only: the slots are these days, whatever zone was asked for. */
  daysIn?: string;
  /** Limits of the data: finest step, delay, gaps. */
  notes: string[];
}

/** One device with its provider's own object. */
export interface DeviceDetails {
  device: Device;
  raw: unknown;
  /** Facts that have no column in a row: usage, contract, cost. */
  details?: Readonly<Record<string, string | number>>;
  /** Facts that cost further requests; a fact whose request fails is told without them. */
  moreDetails?(signal?: AbortSignal): Promise<Readonly<Record<string, string | number>>>;
}

/** A provider as the fleet layer needs it. */
export interface FleetProvider {
  /** Kinds whose complete value the provider looks up itself: when it finds none, there is none. */
  exact: readonly IdentifierKind[];
  /** Whether a text can be a device handle of this provider; saves a request that can only be refused. */
  isHandle(text: string): boolean;
  /** The length of an identifier as this provider keeps it: a shorter or longer one is looked up before it is used. */
  usualLength?: Partial<Record<IdentifierKind, number>>;
  /** Throws the Refusal of a traffic step that the provider does not have. */
  checkStep?(step: string): void;
  /** The devices of a connection; undefined when it holds none. */
  source(connection: Connection): FleetSource | undefined;
}

export interface FleetSource {
  /** Whether the provider reports when a device was last heard. */
  supportsLastSeen: boolean;
  /** One page in the provider's own order; `unread` says in sentences which part of the connection it leaves out. */
  page(filter: ListFilter, at: string | undefined, signal?: AbortSignal): Promise<Page<Device, string>>;
  /** Counts the devices without reading them, where the provider supports it; undefined where its answer was not understood. */
  counts?(signal?: AbortSignal): Promise<DeviceCounts | undefined>;
  /** Total number of devices, where one request can tell; undefined otherwise. */
  total?(signal?: AbortSignal): Promise<number | undefined>;
  /**
   * Devices whose identifier or name equals the text, by the provider's own lookup; `complete` when a scan cannot find more; `asked: false` when
   * no request was made, because the provider cannot know such an identifier.
   */
  find(
    text: string,
    kinds: readonly IdentifierKind[],
    signal?: AbortSignal,
  ): Promise<{ devices: Device[]; complete: boolean; asked?: false }>;
  /** One device by its handle; undefined when there is none. */
  read(device: string, signal?: AbortSignal): Promise<DeviceDetails | undefined>;
  traffic(device: Device, window: TrafficWindow, signal?: AbortSignal): Promise<Traffic>;
  /** Some handles that begin with `prefix`, in one request, regardless of the fleet's size. */
  suggest(prefix: string, signal?: AbortSignal): Promise<string[]>;
}
