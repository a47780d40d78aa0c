import { isObject } from '../../text/is-object.ts';
import type { CallbackReport } from '../status-poller.ts';

/** Parses a callback leniently, because members that do not apply may be absent or null. */
export function hintOf(message: Readonly<Record<string, unknown>>): CallbackReport {
  const fault = message['faultResponse'];
  const status = textOf(message['status']).toLowerCase();
  const words = isObject(fault) ? textOf(fault['faultstring']) || textOf(fault['faultcode']) : '';
  const failed = status === 'failed' || status === 'failure' || words !== '';
  const ids = Array.isArray(message['deviceIds']) ? message['deviceIds'] : [];
  return {
    requestId: textOf(message['requestId']),
    devices: ids
      .filter(isObject)
      .map((one) => textOf(one['id']))
      .filter((id) => id !== ''),
    succeeded: failed ? false : status === 'success' ? true : undefined,
    words: words || undefined,
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
