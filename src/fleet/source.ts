/** What the fleet asks of each provider. */
import type { Connection } from '../clients/connect.ts';
import type { Page } from '../clients/http/pages.ts';
import type { IdentifierKind } from '../vocabulary.ts';
import type { Device, Health, State } from './device.ts';

/** What a list may leave to the provider; what it does not take, the fleet filters itself. */
export interface Wish {
  query?: string | undefined;
  state?: State | undefined;
  health?: Health | undefined;
}

export interface Counts {
  total: number;
  byState: Partial<Record<State, number>>;
  byHealth: Partial<Record<Health, number>>;
}

/** A time window: [from, to) in ms since 1970, cut into slots of `step` in `zone`. */
export interface Window {
  from: number;
  to: number;
  step: string;
  zone: string;
}

export interface Slot {
  /** ms since 1970. */
  at: number;
  /** Messages (LoRaWAN) or texts (SIM) from the device. */
  upCount?: number;
  downCount?: number;
  upBytes?: number;
  downBytes?: number;
  /** Where the provider gives only the sum of both directions. */
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
}

export interface Traffic {
  slots: Slot[];
  /** What the reader must know: finest step, delay, gaps. */
  notes: string[];
}

/** One device as its provider knows it. */
export interface ReadDevice {
  device: Device;
  raw: unknown;
  /** What a row has no column for: usage, contract, money. */
  details?: Readonly<Record<string, string | number>>;
}

/** A provider as the fleet layer needs it. */
export interface FleetProvider {
  /** Kinds whose complete value the provider looks up itself: when it finds none, there is none. */
  exact: readonly IdentifierKind[];
  /** Whether a text can be a device handle of this provider; saves a request that can only be refused. */
  isHandle(text: string): boolean;
  /** Throws the Refusal of a traffic step that the provider does not have. */
  checkStep?(step: string): void;
  /** The devices of a connection; undefined when it holds none. */
  source(connection: Connection): FleetSource | undefined;
}

export interface FleetSource {
  /** Whether the provider tells when a device was last heard. */
  hears: boolean;
  /** One page in the provider's own order. */
  page(wish: Wish, at: string | undefined, signal?: AbortSignal): Promise<Page<Device, string>>;
  /** Counts the whole fleet without reading it, where the provider can. */
  counts?(signal?: AbortSignal): Promise<Counts>;
  /** Devices in all, where one request tells; undefined where it does not. */
  total?(signal?: AbortSignal): Promise<number | undefined>;
  /** Devices whose identifier or name is exactly this, by the provider's own look-up; `complete` when no walk can find more. */
  find(text: string, kinds: readonly IdentifierKind[], signal?: AbortSignal): Promise<{ devices: Device[]; complete: boolean }>;
  /** One device by its handle, with the provider's own object; undefined when there is none. */
  read(device: string, signal?: AbortSignal): Promise<ReadDevice | undefined>;
  traffic(device: Device, window: Window, signal?: AbortSignal): Promise<Traffic>;
  /** Some handles that begin with a text: one quick look-up, however large the fleet. */
  suggest(prefix: string, signal?: AbortSignal): Promise<string[]>;
}
