import type { World } from '../world.ts';
import { iotxRefusal, listBody } from './envelope.ts';
import { type Fields, parseFilter, parseOrder } from './filter.ts';

/** One page of a list: applies filter, orderBy, offset and limit, then serializes only the rows of the page. */
export function listPage<Row, Wire>(
  world: World,
  query: URLSearchParams,
  rows: readonly Row[],
  fields: Fields<Row>,
  print: (row: Row) => Wire,
): Wire[] {
  const { defaultLimit, maxLimit } = world.iotx.page;
  const limit = Math.min(maxLimit, integerParam(query, 'limit', 1) ?? defaultLimit);
  const offset = integerParam(query, 'offset', 0) ?? 0;
  const filter = query.get('filter');
  const orderBy = query.get('orderBy');
  const matching = filter === null ? rows : rows.filter(parseFilter(filter, fields));
  const ordered = orderBy === null ? matching : parseOrder(orderBy, fields)(matching);
  return listBody(world, ordered.slice(offset, offset + limit).map(print), { limit, offset, total: ordered.length });
}

function integerParam(query: URLSearchParams, name: string, min: number): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const value = Number(text);
  if (text === '' || !Number.isInteger(value) || value < min) throw iotxRefusal(400, `${name} must be an integer of at least ${min}.`);
  return value;
}
