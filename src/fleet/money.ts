/** Formats an amount given in the smallest unit of its currency: `1.50 EUR`, or `150 minor units` where the currency is unknown. */
export function money(minor: number, currency: string | undefined): string {
  if (currency === undefined) return `${minor} minor units, currency unknown`;
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  return `${(minor / 10 ** digits).toFixed(digits)} ${currency}`;
}
