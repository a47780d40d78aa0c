/** Parses the JSON text of a provider. */

/**
 * Parses `text` like JSON.parse, except that an integer beyond the safe range becomes a text of its exact digits: identifiers such as
 * ICCIDs are sent as JSON numbers too, and a double would round them to another SIM. Throws a SyntaxError if the text is not JSON.
 */
export function parseJson(text: string): unknown {
  // The reviver is called for every value and is slow: it is used only if the text holds a long run of digits outside a string.
  return unsafeInteger.test(text) ? JSON.parse(text, exactInteger as (key: string, value: unknown) => unknown) : JSON.parse(text);
}

/** 16 or more digits where a JSON value starts: 2^53 has 16. */
const unsafeInteger = /(?:^|[:[,\s])-?\d{16}/;

/** `context.source` is the value's own text; TypeScript's library does not declare it yet. */
function exactInteger(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && /^-?\d+$/.test(source) ? source : value;
}
