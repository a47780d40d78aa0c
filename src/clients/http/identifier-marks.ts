/**
 * Marks of the identifiers in a contract. Every path parameter, and every field of query and body that carries an identifier, says what the
 * identifier is to the request; a field whose name reads like an identifier and that is not marked does not compile.
 */
import { z } from 'zod';

import type { IdentifierKind } from '../../vocabulary.ts';

/**
 * What an identifier is to a request. `target`: what the request changes or reads. `reference`: something else that it names, such as a
 * plan, or the group that a SIM is put in. `new`: what the request creates or assigns.
 */
export type IdentifierRole = 'target' | 'reference' | 'new';

/**
 * What an identifier looks like: a kind of the vocabulary; `sim`: an ICCID or EID; `subscriber`: an ICCID, DevEUI or satellite IMEI;
 * `device`: a DevEUI or a reference; `uid`: a reference, or `e` and an EUI; `ref`: a reference, name or code in the provider's own spelling.
 */
export type MarkedKind = Exclude<IdentifierKind, 'aesKey'> | 'sim' | 'subscriber' | 'device' | 'uid' | 'ref';

/** The mark of a path parameter: a role alone is that of a `ref`; a function decides by the whole request; `none` is no identifier. */
export type PathMark =
  | IdentifierRole
  | readonly [role: IdentifierRole, kind: MarkedKind]
  | ((input: { path?: unknown; query?: unknown; body?: unknown }) => IdentifierRole)
  | 'none';

/** The mark of a field. `named`: an object `{id, kind}`, whose kind is part of the value. */
export interface IdentifierMark {
  role: IdentifierRole;
  kind: MarkedKind | 'named';
}

type Mark = IdentifierMark | 'none' | 'one thing';

const marks = z.registry<{ mark: Mark }>();

declare const isMarked: unique symbol;
/** Carried by the output type of a marked schema, so that `endpoint` can see the mark. */
interface Marked {
  readonly [isMarked]: true;
}
type MarkedSchema<T extends z.ZodType> = T & { _zod: { output: z.output<T> & Marked } };

function marked<T extends z.ZodType>(schema: T, mark: Mark): MarkedSchema<T> {
  marks.add(schema, { mark });
  return schema as MarkedSchema<T>;
}

/** Marks the schema of an identifier. */
export function idField<T extends z.ZodType>(role: IdentifierRole, kind: MarkedKind, schema: T): MarkedSchema<T> {
  return marked(schema, { role, kind });
}

/** Marks a reference, a name or a code, which is sent in the spelling in which it came; without a schema it is any text. */
export function refField(role: IdentifierRole): MarkedSchema<z.ZodString>;
export function refField<T extends z.ZodType>(role: IdentifierRole, schema: T): MarkedSchema<T>;
export function refField(role: IdentifierRole, schema: z.ZodType = z.string()): z.ZodType {
  return idField(role, 'ref', schema);
}

/** Marks the schema of an object `{id, kind}`. */
export function namedIdField<T extends z.ZodType<{ id: string; kind: string }>>(role: IdentifierRole, schema: T): MarkedSchema<T> {
  return marked(schema, { role, kind: 'named' });
}

/** Marks a list of identifiers that all name one thing; in any other list each entry names another one. */
export function idsOfOne<T extends z.ZodType>(schema: T): T {
  marks.add(schema, { mark: 'one thing' });
  return schema;
}

/** Marks a field that is no identifier although its name reads like one. `_why` is for the reader of the contract. */
export function noIdentifier<T extends z.ZodType>(_why: string, schema: T): MarkedSchema<T> {
  return marked(schema, 'none');
}

/** The mark of a schema; undefined where it has none. */
export function markOf(schema: z.core.$ZodType): Mark | undefined {
  return marks.get(schema)?.mark;
}

/** Names of fields that carry identifiers. The test of all contracts looks for more, by pattern. */
type IdentifierName =
  | `${string}${'Id' | 'ID' | 'Ids' | 'IDs' | 'Uid' | 'UID' | 'Uids' | 'UUID' | 'Ref' | 'Refs' | 'EUI' | 'EUIs' | 'EUIList' | 'Addr' | 'IMEI'}`
  | 'id'
  | 'ids'
  | 'uid'
  | 'ref'
  | `${'dev' | 'join' | 'app'}Eui`
  | 'iccid'
  | 'imei'
  | 'imsi'
  | 'mdn'
  | 'msisdn'
  | 'meid'
  | 'esn'
  | 'eid'
  | 'nwAddress'
  | 'networkAddress'
  | 'ipAddress'
  | 'account'
  | 'accountName'
  | 'accountNames'
  | 'groupName'
  | 'newGroupName'
  | 'servicePlan'
  | 'currentServicePlan'
  | 'tag'
  | 'tagName'
  | 'triggerName'
  | 'product'
  | 'skuNumber'
  | 'smsrOid'
  | 'carrierIpPoolName';

/** The members of an object type without its index signature. */
type Members<T> = keyof { [K in keyof T as string extends K ? never : number extends K ? never : K]: T[K] };
type Item<T> = T extends readonly (infer E)[] ? Item<E> : T;
type Below<K, T> = T extends Marked
  ? never
  : T extends object
    ? UnmarkedIn<T>
    : K extends IdentifierName
      ? T extends string | number
        ? K
        : never
      : never;

/** Names of the fields of a type, at any depth, that read like identifiers and are not marked; `never` when there is none. */
export type UnmarkedIn<T> = unknown extends T
  ? never
  : T extends Marked
    ? never
    : T extends readonly (infer E)[]
      ? UnmarkedIn<E>
      : T extends object
        ? { [K in Members<T>]-?: Below<K, Item<NonNullable<T[K & keyof T]>>> }[Members<T>]
        : never;
