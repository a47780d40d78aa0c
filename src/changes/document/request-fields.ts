/** The fields of the requests of a plan. */
import type { AnyEndpoint, AnyInput, FileCell } from '../../clients/http/endpoint.ts';
import { identifiersOf, pathText } from '../../clients/http/identifiers-of.ts';
import { isOpenPlace } from '../../clients/http/open-place.ts';
import { isSecretPath } from '../../text/redact.ts';

/** A value that a request carries. */
export interface RequestField {
  /** Names of the members from the request's part on, without list positions: `body.devices.ipAddress`. A name with signs in it is quoted. */
  path: string;
  /** With list positions from 0: `body.devices[1].ipAddress`. */
  steps: readonly (string | number)[];
  /**
   * `null` and an empty text clear a setting; a member that is absent is not sent. A list or object without elements stands for itself,
   * because it clears what was there.
   */
  value: string | number | boolean | null | readonly [] | Readonly<Record<string, never>>;
  /** Number of the request in the plan. */
  request: number;
  /** Identifiers of the targets that it is for: those of the request, or the one that its element of a list names. */
  targets: readonly string[];
  /** Number of steps of the element that names this target; 0 where the field is for all targets of the request. */
  element: number;
  /** Whether the contract leaves the member and its type to the caller. */
  open: boolean;
  /** The value is never shown, because of the name of the field. */
  hidden: boolean;
  /**
   * By contract: an identifier of a target, which the gate compares with the targets that are shown; the kind of such an identifier; or the
   * identifier of what the request makes.
   */
  identifier?: 'target' | 'kind' | 'new';
}

interface Request {
  input: unknown;
  targets: readonly string[];
}

/** What the fields of one request have in common. */
interface RequestFacts {
  request: number;
  targets: readonly string[];
  operation: AnyEndpoint | undefined;
  identifiers: ReadonlyMap<string, RequestField['identifier']>;
  /** The target that an element of a list names. */
  owners: ReadonlyMap<string, string>;
}

/** Finds the target that an identifier of a request names; undefined where it is not known. */
export type OwnerOf = (id: string, targets: readonly string[]) => string | undefined;

/**
 * Every value in the requests, in order. Without the operation nothing is known of the contract, so every field counts as free text of the
 * caller.
 */
export function requestFields(steps: readonly Request[], operation?: AnyEndpoint, ownerOf?: OwnerOf): RequestField[] {
  return steps.flatMap(({ input, targets }, request) => {
    const identifiers = new Map<string, RequestField['identifier']>();
    const owners = new Map<string, string>();
    for (const one of operation ? identifiersOf(operation, input as AnyInput) : []) {
      if (one.role === 'reference') continue;
      identifiers.set(one.path, one.role);
      if (one.role === 'new') continue;
      if (one.path.endsWith('.id')) identifiers.set(one.path.replace(/\.id$/, '.kind'), 'kind');
      const owner = one.element.endsWith(']') ? ownerOf?.(one.value, targets) : undefined;
      if (owner !== undefined) owners.set(one.element, owner);
    }
    return valuesOf(input, [], { request, targets, operation, identifiers, owners });
  });
}

function valuesOf(value: unknown, steps: readonly (string | number)[], facts: RequestFacts): RequestField[] {
  if (value === undefined) return [];
  const { file } = facts.operation ?? {};
  if (file && typeof value === 'string' && steps.length === 2 && steps[0] === 'body' && steps[1] === file.member)
    return file.cellsOf(value).map((cell) => cellField(cell, steps, facts));
  if (Array.isArray(value) && value.length > 0) return value.flatMap((item, i) => valuesOf(item, [...steps, i], facts));
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    const members = Object.entries(value).filter(([, item]) => item !== undefined);
    // The parts of a request are always there; only what the caller wrote into them counts.
    if (members.length > 0 || steps.length < 2) return members.flatMap(([name, item]) => valuesOf(item, [...steps, name], facts));
  }
  return [fieldAt(value as RequestField['value'], steps, facts)];
}

function fieldAt(
  value: RequestField['value'],
  steps: readonly (string | number)[],
  { request, targets, operation, identifiers, owners }: RequestFacts,
): RequestField {
  const names = steps.filter((one) => typeof one === 'string');
  const path = names.map(pathName).join('.');
  const open = operation === undefined || isOpenPlace(operation, String(steps[0]), steps.slice(1));
  const element =
    owners.size === 0 ? 0 : steps.findLastIndex((one, i) => typeof one === 'number' && owners.has(pathText(steps.slice(0, i + 1)))) + 1;
  const owner = element > 0 ? owners.get(pathText(steps.slice(0, element))) : undefined;
  const identifier = open ? undefined : identifiers.get(pathText(steps));
  return {
    path,
    steps,
    value,
    request,
    targets: owner === undefined ? targets : [owner],
    element,
    open,
    // Nothing is there to hide in an empty value.
    hidden: value !== null && value !== '' && typeof value !== 'object' && isSecretPath(path),
    ...(identifier === undefined ? {} : { identifier }),
  };
}

/** A cell of a file: a field of the target of its row. */
function cellField(
  { target, name, value, secret }: FileCell,
  steps: readonly (string | number)[],
  { request, targets }: RequestFacts,
): RequestField {
  return {
    path: [...steps, pathName(name)].join('.'),
    steps: [...steps, name],
    value,
    request,
    targets: targets.includes(target) ? [target] : targets,
    element: 0,
    open: false,
    hidden: secret,
  };
}

const pathName = (name: string): string => (/^[\w$@-]+$/.test(name) ? name : JSON.stringify(name));

/** Whether a value is a list or object without elements. */
export const isEmptyHolder = (value: RequestField['value']): boolean => value !== null && typeof value === 'object';
