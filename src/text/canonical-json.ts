/** A value as JSON with sorted keys and without undefined members, so that equal values give equal text. Suitable as input of a hash. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) {
    let items = '';
    for (let i = 0; i < value.length; i++) items += `${i === 0 ? '' : ','}${canonicalJson(value[i])}`;
    return `[${items}]`;
  }
  let members = '';
  const object = value as Record<string, unknown>;
  for (const name of Object.keys(object).sort()) {
    const item = object[name];
    if (item !== undefined) members += `${members === '' ? '' : ','}${JSON.stringify(name)}:${canonicalJson(item)}`;
  }
  return `{${members}}`;
}

/** The text of `canonicalJson` in pieces, so that a long value takes no long time at once. */
export function* canonicalPieces(value: unknown): Generator<string> {
  if (Array.isArray(value)) {
    // A short list may have long items.
    const atOnce = value.length > 200 ? 20 : 1;
    for (let i = 0; i < value.length; i += atOnce) yield `${i === 0 ? '[' : ','}${canonicalJson(value.slice(i, i + atOnce)).slice(1, -1)}`;
    yield value.length === 0 ? '[]' : ']';
  } else if (value !== null && typeof value === 'object') {
    let next = '{';
    const object = value as Record<string, unknown>;
    for (const name of Object.keys(object).sort()) {
      if (object[name] === undefined) continue;
      yield `${next}${JSON.stringify(name)}:`;
      yield* canonicalPieces(object[name]);
      next = ',';
    }
    yield next === '{' ? '{}' : '}';
  } else yield canonicalJson(value);
}
