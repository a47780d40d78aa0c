/** The filter language of iot-x: `nickname like "pump" and (dataUsage gt 1000000 or not isActive eq true)`. */
import { iotxRefusal } from './envelope.ts';

export type Scalar = string | number | boolean | null;

/** A field that a list can filter and sort by. */
export interface Field<Row> {
  kind: 'text' | 'number' | 'boolean';
  of(row: Row): Scalar;
}

export type Fields<Row> = Readonly<Record<string, Field<Row>>>;
type Test<Row> = (row: Row) => boolean;
type Token = { kind: 'word' | 'text' | 'number' | 'bracket'; text: string };

const tokenPattern = /\s*(?:"([^"]*)"|(-?\d+(?:\.\d+)?)(?![\w.])|([A-Za-z]\w*)|([()]))/y;
const operators = ['eq', 'ne', 'like', 'gt', 'ge', 'lt', 'le'];
// Limits recursion, so that nested brackets cannot overflow the stack.
const maxDepth = 50;

/** Parses a filter into a predicate. Refuses invalid syntax and unknown fields with 400. */
export function parseFilter<Row>(text: string, fields: Fields<Row>): Test<Row> {
  const tokens = tokenize(text);
  let at = 0;
  let depth = 0;
  const isWord = (word: string): boolean => tokens[at]?.kind === 'word' && tokens[at]?.text.toLowerCase() === word;
  const take = (what: string): Token => {
    const token = tokens[at++];
    if (!token) throw iotxRefusal(400, `Invalid filter: ${what} expected at the end.`);
    return token;
  };

  const parseOr = (): Test<Row> => {
    const tests = [parseAnd()];
    while (isWord('or')) {
      at += 1;
      tests.push(parseAnd());
    }
    return (row) => tests.some((test) => test(row));
  };
  const parseAnd = (): Test<Row> => {
    const tests = [parseNot()];
    while (isWord('and')) {
      at += 1;
      tests.push(parseNot());
    }
    return (row) => tests.every((test) => test(row));
  };
  const parseNot = (): Test<Row> => {
    let negate = false;
    for (; isWord('not'); at += 1) negate = !negate;
    const test = parsePrimary();
    return negate ? (row) => !test(row) : test;
  };
  const parsePrimary = (): Test<Row> => {
    const token = take('a field or a bracket');
    if (token.text === '(' && token.kind === 'bracket') {
      depth += 1;
      if (depth > maxDepth) throw iotxRefusal(400, 'Invalid filter: too many brackets.');
      const inner = parseOr();
      const close = take('")"');
      if (close.kind !== 'bracket' || close.text !== ')') throw iotxRefusal(400, `Invalid filter: ")" expected before ${close.text}.`);
      depth -= 1;
      return inner;
    }
    if (token.kind !== 'word') throw iotxRefusal(400, `Invalid filter: a field expected before ${token.text}.`);
    return comparison(token.text, take('an operator'), take('a value'), fields);
  };

  const test = parseOr();
  if (at < tokens.length) throw iotxRefusal(400, `Invalid filter: nothing expected after ${tokens[at - 1]?.text}.`);
  return test;
}

/** Parses `field ASC|DESC, ...` into a sort function. Refuses unknown fields and directions with 400. Reads each field once per row. */
export function parseOrder<Row>(text: string, fields: Fields<Row>): (rows: readonly Row[]) => Row[] {
  const parts = text.split(',').map((part) => {
    const [name = '', direction = 'ASC', ...rest] = part.trim().split(/\s+/);
    if (rest.length > 0 || !/^(asc|desc)$/i.test(direction)) throw iotxRefusal(400, `Invalid orderBy: ${part.trim()}.`);
    return { of: fieldOf(name, fields).of, sign: direction.toLowerCase() === 'desc' ? -1 : 1 };
  });
  return (rows) => {
    const keyed = rows.map((row) => ({ row, keys: parts.map(({ of }) => of(row)) }));
    const order = (a: readonly Scalar[], b: readonly Scalar[]): number => {
      for (const [i, { sign }] of parts.entries()) {
        const found = compare(a[i] ?? null, b[i] ?? null);
        if (found !== 0) return sign * found;
      }
      return 0;
    };
    return keyed.sort((a, b) => order(a.keys, b.keys)).map(({ row }) => row);
  };
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < end) {
    const from = tokenPattern.lastIndex;
    const [, quoted, number, word, bracket] = tokenPattern.exec(text) ?? [];
    if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (bracket !== undefined) tokens.push({ kind: 'bracket', text: bracket });
    else throw iotxRefusal(400, `Invalid filter: unreadable at character ${from + 1}.`);
  }
  return tokens;
}

function fieldOf<Row>(name: string, fields: Fields<Row>): Field<Row> {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (!field) throw iotxRefusal(400, `Unknown field ${name}.`);
  return field;
}

/** Builds a comparison. A null field matches only `ne`. `like` ignores case, which is a sandbox choice. */
function comparison<Row>(name: string, operator: Token, value: Token, fields: Fields<Row>): Test<Row> {
  const { kind, of } = fieldOf(name, fields);
  const word = operator.kind === 'word' ? operator.text.toLowerCase() : '';
  if (!operators.includes(word)) throw iotxRefusal(400, `Invalid filter: ${operator.text} is not an operator.`);
  const expected = parseLiteral(name, kind, value);
  if (word === 'like') {
    if (typeof expected !== 'string') throw iotxRefusal(400, `Invalid filter: ${name} is not text.`);
    const part = expected.toLowerCase();
    return (row) =>
      String(of(row) ?? '')
        .toLowerCase()
        .includes(part);
  }
  if (word === 'eq') return (row) => of(row) === expected;
  if (word === 'ne') return (row) => of(row) !== expected;
  return (row) => {
    const actual = of(row);
    return actual !== null && satisfies(word, compare(actual, expected));
  };
}

function satisfies(operator: string, order: number): boolean {
  if (operator === 'gt') return order > 0;
  if (operator === 'ge') return order >= 0;
  return operator === 'lt' ? order < 0 : order <= 0;
}

function parseLiteral(name: string, kind: Field<unknown>['kind'], { kind: given, text }: Token): string | number | boolean {
  if (kind === 'text' && given === 'text') return text;
  if (kind === 'number' && given === 'number') return Number(text);
  if (kind === 'boolean' && given === 'word' && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  throw iotxRefusal(400, `Invalid filter: ${text} does not fit the field ${name}.`);
}

function compare(a: Scalar, b: Scalar): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return a < b ? -1 : 1;
}
