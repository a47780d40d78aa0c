/**
 * Whether two identifiers name the same device in different spellings: any case, an ICCID with or without its check digit, an IMEI with or
 * without check digit or software version, a number with or without country code.
 */
export function isSameDevice(a: string, b: string): boolean {
  const [x, y] = [a, b].map((text) => text.trim().toUpperCase());
  if (x === undefined || y === undefined || x === '' || y === '') return false;
  if (x === y) return true;
  const [short, long] = x.length < y.length ? [x, y] : [y, x];
  if (!/^\d+F?$/.test(long) || !/^\d+$/.test(short)) return false;
  const digits = long.replace(/F$/, '');
  if (digits === short) return true;
  if (short.length >= 18 && digits.length <= 20) return digits.length === short.length + 1 && digits.startsWith(short);
  if (short.length >= 14 && digits.length <= 16) return digits.length > short.length && digits.slice(0, 14) === short.slice(0, 14);
  return short.length === 10 && digits === `1${short}`;
}
