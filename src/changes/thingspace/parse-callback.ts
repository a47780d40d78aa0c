import { requestStateOf } from '../../clients/thingspace/sim-state.ts';
import { isObject } from '../../text/is-object.ts';
import type { CallbackReport } from '../status-poller.ts';

/** Parses a callback leniently, because members that do not apply may be absent or null. */
export function parseCallback(message: Readonly<Record<string, unknown>>): CallbackReport {
  const parts = [message, ...partsOf(message)];
  const faults = parts.flatMap(({ faultResponse }) => (isObject(faultResponse) ? [faultResponse] : []));
  const fault = faults.map((one) => textOf(one['faultstring']) || textOf(one['faultcode'])).find((text) => text !== '') ?? '';
  const status = textOf(message['status']);
  const state = requestStateOf(status);
  const failed = state === 'failed' || fault !== '';
  const reason = parts.map((part) => textOf(part['reason'])).find((text) => text !== '');
  // The callback of an upload lists all devices, each with its status: those that failed are reported, the others stay open.
  const refused =
    state === 'failed' || fault !== '' ? [] : parts.slice(1).filter((part) => requestStateOf(textOf(part['status'])) === 'failed');
  if (refused.length > 0)
    return {
      requestId: textOf(message['requestId']),
      devices: [...new Set(refused.flatMap((part) => idsOf(part['deviceIds'])))],
      succeeded: false,
      words: refused.map((part) => textOf(part['message']) || textOf(part['reason'])).find((text) => text !== ''),
    };
  const comment = failed ? parts.map((part) => textOf(part['message']) || textOf(part['comment'])).find((text) => text !== '') : undefined;
  const words = fault || reason || comment || (state === 'success' && status.toLowerCase() !== 'success' ? status : undefined);
  return {
    requestId: textOf(message['requestId']),
    devices: [...new Set(parts.flatMap((part) => idsOf(part['deviceIds'])))],
    succeeded: failed ? false : state === 'success' ? true : undefined,
    words,
  };
}

/** The members of `deviceResponse` and `niddResponse`, which are named after the action. */
function partsOf(message: Readonly<Record<string, unknown>>): Record<string, unknown>[] {
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
