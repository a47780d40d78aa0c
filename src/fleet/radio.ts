/** Radio figures as platforms report them: placeholders for "not measured" are told from values. */

/** RSSI in dBm; undefined for what no receiver measures, such as the placeholders 0, 99, 255 and -9999. */
export function plausibleRssi(dbm: number | null | undefined): number | undefined {
  return typeof dbm === 'number' && dbm < 0 && dbm > -200 ? dbm : undefined;
}

/** SNR in dB; undefined for what no receiver measures, such as the placeholders 99, 255 and -9999. */
export function plausibleSnr(db: number | null | undefined): number | undefined {
  return typeof db === 'number' && Math.abs(db) <= 60 ? db : undefined;
}
