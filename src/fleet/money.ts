/** An amount in the smallest unit of a currency, in words: `1.50 EUR`; the unit itself where the currency is not known. */
export function money(minor: number, currency: string | undefined): string {
  if (currency === undefined) return `${minor} minor units, currency unknown`;
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  return `${(minor / 10 ** digits).toFixed(digits)} ${currency}`;
}
