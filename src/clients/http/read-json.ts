/** Parses the JSON text of a provider. */

/**
 * Parses `text` like JSON.parse, except that an integer beyond the safe range becomes a text of its exact digits: identifiers such as
 * ICCIDs are sent as JSON numbers too, also as `89148000000077000037.0` or `8.9148000000077000037E19`, and a double would round them to
 * another SIM. Throws a SyntaxError if the text is not JSON.
 */
export function parseJson(text: string): unknown {
  // The reviver is called for every value and is slow: it is used only if the text holds a long run of digits outside a string.
  return unsafeInteger.test(text) ? JSON.parse(text, exactInteger as (key: string, value: unknown) => unknown) : JSON.parse(text);
}

/** 16 or more digits where a JSON value starts, with or without a decimal point: 2^53 has 16. */
const unsafeInteger = /(?:^|[:[,\s])-?\d[\d.]{15}/;

/** `context.source` is the value's own text; TypeScript's library does not declare it yet. */
function exactInteger(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  return digitsOf(context?.source) ?? value;
}

/** All digits of an integer as it was written; undefined where the text is no integer, or where an exponent would add digits to those given. */
function digitsOf(source: string | undefined): string | undefined {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(source ?? '') ?? [];
  const shift = Number(exponent);
  const places = fraction.replace(/0+$/, '').length;
  if (whole === '' || shift < places || shift > fraction.length) return undefined;
  return `${sign}${`${whole}${fraction.slice(0, shift)}`.replace(/^0+(?=\d)/, '')}`;
}
