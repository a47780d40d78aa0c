/** The identifiers in the input of a call, found by the marks of its contract. */
import type { z } from 'zod';

import { isObject } from '../../text/is-object.ts';
import { type AnyEndpoint, type AnyInput, pathOf } from './endpoint.ts';
import { type IdentifierMark, type IdentifierRole, type MarkedKind, markOf, type PathMark } from './identifier-marks.ts';
import { schemaOf } from './schema-of.ts';

/** An identifier in the input of a call. */
export interface InputIdentifier {
  /** Where its text stands: `path.deviceUid`, `body.devices[0].deviceIds[1].id`. */
  path: string;
  /** The element that it belongs to: `body.devices[0]`, or a part of the input. All targets of one element are one thing. */
  element: string;
  role: IdentifierRole;
  /** The kind of its mark; `devEui` for the EUI in a `uid` or `device`; of an object `{id, kind}`, that kind in lower case. */
  kind: string;
  /** As it stands in the input; a number as its digits, and the EUI of a `uid` without the `e` before it. */
  value: string;
}

/** The identifiers of an input in the order of the contract: path, query, body. Absent and empty fields are left out. */
export function identifiersOf(entry: AnyEndpoint, input: AnyInput): readonly InputIdentifier[] {
  const found: InputIdentifier[] = [];
  for (const [name, role, kind] of pathIdentifiers(entry, input)) {
    const value = input.path?.[name];
    if (value) found.push({ path: `path.${name}`, element: 'path', role, ...resolved(kind, value) });
  }
  for (const part of ['query', 'body'] as const)
    visitMarks(entry, part, input[part], ({ steps, element, mark }, value) => {
      const named = mark.kind === 'named' && isObject(value);
      const text = named ? value['id'] : value;
      if ((typeof text !== 'string' && typeof text !== 'number') || text === '') return;
      const kind = named ? String(value['kind']).toLowerCase() : mark.kind;
      const path = pathText([part, ...steps, ...(named ? ['id'] : [])]);
      found.push({ path, element: pathText([part, ...element]), role: mark.role, kind, value: String(text) });
    });
  return found;
}

/** A `uid` or `device` that is an EUI, as that EUI. */
function resolved(kind: MarkedKind, value: string): Pick<InputIdentifier, 'kind' | 'value'> {
  const eui = kind === 'uid' ? euiOfUid.exec(value)?.[1] : kind === 'device' ? bareEui.exec(value)?.[0] : undefined;
  return eui ? { kind: 'devEui', value: eui } : { kind, value };
}

const euiOfUid = /^e([0-9A-F]{16})$/i;
const bareEui = /^[0-9A-F]{16}$/i;

/** Name, role and kind of each path parameter that is an identifier. */
export function pathIdentifiers(entry: AnyEndpoint, input: AnyInput): [name: string, role: IdentifierRole, kind: MarkedKind][] {
  return pathNamesOf(entry).flatMap((name): [string, IdentifierRole, MarkedKind][] => {
    const mark: PathMark | undefined = entry.path?.[name];
    if (mark === undefined || mark === 'none') return [];
    if (typeof mark === 'string') return [[name, mark, 'ref']];
    return [typeof mark === 'function' ? [name, mark(input), 'ref'] : [name, ...mark]];
  });
}

/** Names of the path parameters of a route. */
export function pathNamesOf(entry: AnyEndpoint): string[] {
  return [...pathOf(entry).matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
}

type Step = string | number;

/** A marked place in an input. */
export interface MarkedPlace {
  steps: readonly Step[];
  element: readonly Step[];
  mark: IdentifierMark;
}

/** Calls `visit` with each value of a part of an input that its contract marks as an identifier. The input need not be valid. */
export function visitMarks(
  entry: AnyEndpoint,
  part: 'query' | 'body',
  value: unknown,
  visit: (place: MarkedPlace, value: unknown) => void,
): void {
  const schema = value === undefined ? undefined : schemaOf(entry, part);
  const tree = schema && treeOf(schema);
  if (tree) walk(tree, value, [], [], visit);
}

/** The members of a query or body whose schema is marked as an identifier itself. */
export function markedMembers(entry: AnyEndpoint, part: 'query' | 'body'): [name: string, mark: IdentifierMark][] {
  const schema = schemaOf(entry, part);
  const tree = schema && treeOf(schema);
  if (tree === undefined || !('members' in tree)) return [];
  return tree.members.flatMap(([name, member]): [string, IdentifierMark][] => ('mark' in member ? [[name, member.mark]] : []));
}

/** `body.devices[0].deviceIds[1].id` */
export function pathText(steps: readonly Step[]): string {
  return steps.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('');
}

/** The marked places of a schema, without everything else. */
type Tree = { mark: IdentifierMark } | { members: [string, Tree][] } | { items: Tree; ofOne: boolean };

const trees = new WeakMap<z.core.$ZodType, Tree | null>();

function treeOf(schema: z.core.$ZodType): Tree | undefined {
  const present = trees.get(schema);
  if (present !== undefined) return present ?? undefined;
  const tree = makeTree(schema);
  trees.set(schema, tree ?? null);
  return tree;
}

function makeTree(schema: z.core.$ZodType): Tree | undefined {
  const mark = markOf(schema);
  if (mark === 'none') return undefined;
  if (mark !== undefined && mark !== 'one thing') return { mark };
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return treeOfMembers(Object.entries(def.shape));
    case 'array': {
      const items = treeOf(def.element);
      return items && { items, ofOne: mark === 'one thing' };
    }
    case 'union':
      return merged(def.options.flatMap((option) => treeOf(option) ?? []));
    case 'pipe':
      return treeOf(def.in);
    case 'optional':
    case 'nullable':
    case 'default':
    case 'nonoptional':
    case 'readonly':
      return treeOf(def.innerType);
    default:
      return undefined;
  }
}

function treeOfMembers(members: readonly [string, z.core.$ZodType][]): Tree | undefined {
  const marked = members.flatMap(([name, member]): [string, Tree][] => {
    const tree = treeOf(member);
    return tree ? [[name, tree]] : [];
  });
  return marked.length > 0 ? { members: marked } : undefined;
}

/** One tree for the options of a union: their members together, or the first one. */
function merged([first, ...rest]: readonly Tree[]): Tree | undefined {
  if (first === undefined || !('members' in first)) return first;
  const members = new Map([first, ...rest].flatMap((one) => ('members' in one ? one.members : [])));
  return { members: [...members] };
}

function walk(
  tree: Tree,
  value: unknown,
  steps: readonly Step[],
  element: readonly Step[],
  visit: (place: MarkedPlace, value: unknown) => void,
): void {
  if ('mark' in tree) visit({ steps, element, mark: tree.mark }, value);
  if ('members' in tree && isObject(value))
    for (const [name, member] of tree.members) if (value[name] !== undefined) walk(member, value[name], [...steps, name], element, visit);
  if (!('items' in tree) || !Array.isArray(value)) return;
  // The identifiers of one thing belong to the element that holds their list, if there is one.
  const own = element.length > 0 ? element : steps;
  for (const [i, item] of value.entries()) walk(tree.items, item, [...steps, i], tree.ofOne ? own : [...steps, i], visit);
}
