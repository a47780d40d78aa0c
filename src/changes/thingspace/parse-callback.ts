import { flagOf } from '../../clients/thingspace/fields.ts';
import { requestStateOf } from '../../clients/thingspace/sim-state.ts';
import { isObject } from '../../text/is-object.ts';
import type { CallbackReport } from '../status-poller.ts';

type Part = Readonly<Record<string, unknown>>;

/**
 * Parses a callback leniently, because members that do not apply may be absent or null. A callback that lists devices, each with a status of
 * its own, such as that of an upload, gives one report for those that failed and one for those that succeeded.
 */
export function parseCallback(message: Part): CallbackReport[] {
  const requestId = textOf(message['requestId']);
  const inner = partsOf(message);
  const listed = inner.filter((part) => idsOf(part['deviceIds']).length > 0 && textOf(part['status']) !== '');
  if (listed.length > 0 && faultsOf([message]).length === 0) return reportsOf(requestId, listed, message);
  return [{ requestId, ...reportOf(message, inner) }];
}

function reportOf(message: Part, inner: readonly Part[]): Omit<CallbackReport, 'requestId'> {
  const parts = [message, ...inner];
  const faults = faultsOf(parts);
  const status = textOf(message['status']);
  const state = requestStateOf(status);
  const refused = inner.some((part) => results.some((name) => saysNo(part[name])));
  const failed = state === 'failed' || faults.length > 0 || refused;
  const reason = firstOf(parts, 'reason');
  const comment = failed ? (firstOf(parts, 'message') ?? firstOf(parts, 'comment')) : undefined;
  const words = faults[0] ?? reason ?? comment;
  return {
    devices: devicesOf(parts),
    succeeded: failed ? false : state === 'success' ? true : undefined,
    words: words ?? (state === 'success' && !failed && status.toLowerCase() !== 'success' ? status : undefined),
  };
}

/** A report for the listed devices that failed and one for those that succeeded; the others stay open. */
function reportsOf(requestId: string, listed: readonly Part[], message: Part): CallbackReport[] {
  const byState = Map.groupBy(listed, (part) => requestStateOf(textOf(part['status'])));
  const reports = (['failed', 'success'] as const).flatMap((state): CallbackReport[] => {
    const parts = byState.get(state) ?? [];
    if (parts.length === 0) return [];
    const words = faultsOf(parts)[0] ?? firstOf(parts, 'message') ?? firstOf(parts, 'reason');
    return [{ requestId, devices: devicesOf(parts), succeeded: state === 'success', words: state === 'failed' ? words : undefined }];
  });
  return reports.length > 0
    ? reports
    : [{ requestId, devices: devicesOf(listed), succeeded: undefined, words: firstOf([message], 'reason') }];
}

/** Members of a response that state whether the action was carried out. */
const results = ['confirmation', 'restored', 'deactivated'] as const;

const saysNo = (value: unknown): boolean => flagOf(value) === false || requestStateOf(value) === 'failed';

/** The text of each fault: a list, one object, or plain text. What holds no text is no fault. */
function faultsOf(parts: readonly Part[]): string[] {
  return parts
    .flatMap(({ faultResponse }) => [faultResponse].flat())
    .flatMap((fault) => {
      if (typeof fault === 'string') return fault.trim() === '' ? [] : [fault];
      if (!isObject(fault)) return [];
      return textOf(fault['faultstring']).trim() || textOf(fault['faultcode']).trim() || [];
    });
}

const devicesOf = (parts: readonly Part[]): string[] => [...new Set(parts.flatMap((part) => idsOf(part['deviceIds'])))];

const firstOf = (parts: readonly Part[], name: string): string | undefined =>
  parts.map((part) => textOf(part[name])).find((text) => text !== '');

/** The members of `deviceResponse` and `niddResponse`, which are named after the action. */
function partsOf(message: Part): Part[] {
  return [message['deviceResponse'], message['niddResponse']]
    .filter(isObject)
    .flatMap((response) => Object.values(response).flat())
    .filter(isObject);
}

/** The identifiers of a list or of one object. */
function idsOf(value: unknown): string[] {
  return [value]
    .flat()
    .filter(isObject)
    .map((one) => textOf(one['id']))
    .filter((id) => id !== '');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
