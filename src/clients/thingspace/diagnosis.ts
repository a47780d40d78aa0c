/** Reads extended diagnostics: each value with the time at which it was measured, placeholders left out. */
import { flagOf, instantOf, wordsOf } from './fields.ts';

/** One value of a category. */
export interface Reading {
  key: string;
  value: string;
  /** When the carrier learned it, ms since 1970; undefined where it does not say. */
  at: number | undefined;
}

interface Category {
  categoryName?: unknown;
  extendedAttributes?: readonly { key?: unknown; value?: unknown }[] | null | undefined;
}

// The dates of these values are not named after them. The carrier spells "Romaing".
const dateKeys: Readonly<Record<string, readonly string[]>> = {
  RoamingStatus: ['RoamingLastModifiedDate', 'RomaingLastModifiedDate'],
  Latitude: ['LastLocationUpdate'],
  Longitude: ['LastLocationUpdate'],
  CurrentBillCycleDataRatedUsage: ['CurrentRatedUsageRecordDate'],
  CurrentBillCycleRatedSMSUsage: ['CurrentRatedUsageRecordDate'],
};
const dateSuffixes = ['UpdatedDate', 'UpdateDate', 'Date'];

/** The readings of each category, in the order of the response. A date that belongs to a value is given with that value alone. */
export function readingsOf(categories: readonly Category[] | null | undefined): { category: string; readings: Reading[] }[] {
  return (categories ?? []).map(({ categoryName, extendedAttributes }) => {
    const values = new Map((extendedAttributes ?? []).map(({ key, value }) => [String(key ?? ''), value]));
    const own = (key: string): string[] => [...(dateKeys[key] ?? []), ...dateSuffixes.map((suffix) => `${key}${suffix}`)];
    const dates = new Set([...values.keys()].flatMap((key) => own(key)).filter((key) => values.has(key)));
    const readings = [...values].flatMap(([key, value]): Reading[] => {
      const text = wordsOf(value);
      if (key === '' || text === undefined || dates.has(key)) return [];
      return [
        {
          key,
          value: text,
          at: own(key)
            .map((name) => instantOf(values.get(name)))
            .find((ms) => ms !== undefined),
        },
      ];
    });
    return { category: wordsOf(categoryName) ?? 'other', readings };
  });
}

/**
 * Whether a reading of signal strength is a placeholder for "not measured": 0, 99, 255, -9999 and others out of range. It is in dBm
 * (-1 to -199), or on a scale of 1 to 31 where modems report one. A text in another form is no placeholder.
 */
export function isPlaceholder({ key, value }: Pick<Reading, 'key' | 'value'>): boolean {
  if (!/signalstrength|rssi|rsrp/i.test(key)) return false;
  const number = /^\s*(-?\d+(?:[.,]\d+)?)(?:\s*dbm)?\s*$/i.exec(value)?.[1];
  if (number === undefined) return false;
  const amount = Number(number.replace(',', '.'));
  return !(amount < 0 && amount > -200) && !(amount >= 1 && amount <= 31);
}

/** Whether a RoamingStatus says that the SIM roams; undefined for a word that is not known. */
export function isRoaming(status: string | undefined): boolean | undefined {
  const flag = flagOf(status);
  if (flag !== undefined || status === undefined) return flag;
  const word = status.toLowerCase().replace(/[^a-z]/g, '');
  if (['home', 'notroaming', 'homenetwork', 'none'].includes(word)) return false;
  return ['roaming', 'roam', 'visited', 'internationalroaming', 'domesticroaming'].includes(word) ? true : undefined;
}

/** The name of a network bearer; undefined for a bare code, whose meaning the documents do not give. */
export function bearerName(bearer: string | undefined): string | undefined {
  return bearer !== undefined && /[A-Za-z]/.test(bearer) ? bearer : undefined;
}
