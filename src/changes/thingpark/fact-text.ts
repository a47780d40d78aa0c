/** A value of the provider as a fact of a plan: `none` where there is none, JSON where it is no text. */
export const factText = (value: unknown): string =>
  value === undefined || value === null ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
