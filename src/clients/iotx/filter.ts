/** Builds filter expressions for lists. The only place where values are inserted into an expression. */
import { Refusal } from '../http/errors.ts';

/** The top-level scalar fields of a subscriber. It is not documented which ones can be filtered on; the API answers 400 for the others. */
interface Fields {
  physicalId: string;
  subscriberId: string;
  nickname: string;
  subscriberType: string;
  isActive: boolean;
  isBarred: boolean;
  tariffName: string;
  lineRental: number;
  contractLength: number;
  connectionDate: string;
  expiryDate: string;
  terminateDate: string;
  dataUsage: number;
  groupId: number;
  operatorCode: string;
  operatorName: string;
  imsi: string;
  eid: string;
}

export type FilterField = keyof Fields;
type TextField = { [F in FilterField]: Fields[F] extends string ? F : never }[FilterField];
type OrderedField = { [F in FilterField]: Fields[F] extends boolean ? never : F }[FilterField];

/** A filter expression; `text` is the value of the query parameter `filter`. */
export interface Filter {
  readonly text: string;
  /** Contains several comparisons and needs parentheses inside another expression. */
  readonly compound: boolean;
}

export const eq = <F extends FilterField>(field: F, value: Fields[F]): Filter => comparison(field, 'eq', value);
export const ne = <F extends FilterField>(field: F, value: Fields[F]): Filter => comparison(field, 'ne', value);
/** Matches a substring. */
export const like = (field: TextField, value: string): Filter => comparison(field, 'like', value);
export const gt = <F extends OrderedField>(field: F, value: Fields[F]): Filter => comparison(field, 'gt', value);
export const ge = <F extends OrderedField>(field: F, value: Fields[F]): Filter => comparison(field, 'ge', value);
export const lt = <F extends OrderedField>(field: F, value: Fields[F]): Filter => comparison(field, 'lt', value);
export const le = <F extends OrderedField>(field: F, value: Fields[F]): Filter => comparison(field, 'le', value);

export const and = (first: Filter, ...rest: Filter[]): Filter => joined('and', [first, ...rest]);
export const or = (first: Filter, ...rest: Filter[]): Filter => joined('or', [first, ...rest]);
export const not = (filter: Filter): Filter => ({ text: `not (${filter.text})`, compound: false });

function comparison(field: FilterField, operator: string, value: string | number | boolean): Filter {
  return { text: `${field} ${operator} ${literal(field, value)}`, compound: false };
}

function joined(word: 'and' | 'or', parts: Filter[]): Filter {
  const text = parts.map((part) => (part.compound && parts.length > 1 ? `(${part.text})` : part.text)).join(` ${word} `);
  return { text, compound: parts.length > 1 || parts.some((part) => part.compound) };
}

/** Rejects double quotes, because their escaping is not documented, and control characters. */
function literal(field: string, value: string | number | boolean): string {
  if (typeof value === 'string') {
    if (/["\p{Cc}]/u.test(value)) {
      throw new Refusal(
        `${field}: a filter value must not contain a double quote or a control character`,
        'Remove it and search for a shorter part.',
        field,
      );
    }
    return `"${value}"`;
  }
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new Refusal(`${field}: a filter value must be a finite number`, 'Use a number, for example 1000000.', field);
  return String(value);
}
