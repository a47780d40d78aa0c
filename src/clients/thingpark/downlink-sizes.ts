/** The largest downlink payload per data rate, from the LoRaWAN Regional Parameters (RP002), without repeaters and without MAC commands. */

interface Size {
  /** Data rates with this limit, slowest first. */
  rates: string;
  bytes: number;
}

const sf125: readonly Size[] = [
  { rates: 'SF12, SF11, SF10', bytes: 51 },
  { rates: 'SF9', bytes: 115 },
  { rates: 'SF8, SF7', bytes: 242 },
];
/** Downlinks of these regions use channels of 500 kHz, DR8 to DR13. */
const sf500: readonly Size[] = [
  { rates: 'DR8 (SF12)', bytes: 53 },
  { rates: 'DR9 (SF11)', bytes: 129 },
  { rates: 'DR10 to DR13 (SF10 to SF7)', bytes: 242 },
];

const regions = {
  EU868: sf125,
  EU433: sf125,
  AS923: sf125,
  KR920: sf125,
  IN865: sf125,
  RU864: sf125,
  CN470: sf125,
  US915: sf500,
  AU915: sf500,
};
export type Region = keyof typeof regions;

/** The region that an RF region of a base station (`EU868_8channels`) or a device model (`ACME/TempA.1.0.3_ETSI`) names. */
export function regionIn(text: string | null | undefined): Region | undefined {
  const words = text?.toUpperCase() ?? '';
  const named = (Object.keys(regions) as Region[]).find((name) => new RegExp(`${name.slice(0, 2)}[-_ ]?${name.slice(2)}`).test(words));
  if (named) return named;
  if (/(_|\b)(ETSI|EU)(_|\b)/.test(words)) return 'EU868';
  return /(_|\b)(FCC|US)(_|\b)/.test(words) ? 'US915' : undefined;
}

/** A warning for a payload that does not fit every data rate of the region; undefined where it does. Without a region EU868 and US915 are told. */
export function payloadWarning(bytes: number, region: Region | undefined): string | undefined {
  const told = region ? [region] : (['EU868', 'US915'] as const);
  const tooLong = told.filter((name) => bytes > (regions[name][0]?.bytes ?? 0));
  if (tooLong.length === 0) return undefined;
  const limits = tooLong.map((name) => `${name} takes ${regions[name].map(({ rates, bytes: most }) => `${most} at ${rates}`).join(', ')}`);
  const dwell = tooLong.some((name) => name === 'AS923') ? '; with dwell time limits less: 11 at SF10, 53 at SF9, 125 at SF8' : '';
  const unknown = region ? '' : '; the region of the device is not known';
  return `${bytes} bytes are too long for slow data rates: ${limits.join('; ')}${dwell}${unknown}`;
}
