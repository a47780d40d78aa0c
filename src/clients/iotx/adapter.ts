/** ProviderAdapter for iot-x: a long-lived access key as bearer token, responses under `content`, errors of varying form under `error`. */
import { isObject, memberOf } from '../../text/is-object.ts';
import type { ProviderAdapter } from '../http/client.ts';
import { isRead } from '../http/endpoint.ts';

/** Settings of an iot-x connection. */
export interface IotxSettings {
  name: string;
  /** `https://api.iot-x.com`, or the EU or US instance that hosts the account. */
  url: string;
  accessKey: string;
}

/** Creates the iot-x adapter. */
export function iotxAdapter(settings: IotxSettings): ProviderAdapter {
  const base = settings.url.replace(/\/+$/, '');
  return {
    baseUrl: () => base,
    authHeaders: async () => ({ authorization: `Bearer ${settings.accessKey}` }),
    discardExpiredCredentials: () => false,
    envelope: 'content',
    // A read whose content is null has no result; a change may have one without content.
    unwrap: (entry, body) => (isRead(entry) && isObject(body) && 'content' in body ? body['content'] : (memberOf(body, 'content') ?? body)),
    errorMembers: (body) => (isObject(memberOf(body, 'error')) ? ['error'] : undefined),
    parseError({ body, status }) {
      const found = memberOf(body, 'error');
      const error = isObject(found) ? found : undefined;
      const message = error ? [textIn(error['message']), ...childrenIn(error['children'])].filter(Boolean).join('; ') : '';
      const code = error?.['code'];
      return {
        code: typeof code === 'string' || typeof code === 'number' ? String(code) : undefined,
        fromApi: error !== undefined,
        message:
          message || (body === undefined ? 'empty response' : error ? 'no reason given' : 'unrecognized response, possibly from a proxy'),
        ...(status === 401 ? { next: 'Check the access key: it may be disabled, deleted, or for another instance.' } : {}),
        ...(status === 403
          ? { next: 'Grant the access key the permission; scopes cannot be edited later, so a new key may be needed.' }
          : {}),
      };
    },
  };
}

// Limits the length of the message when the provider returns a long validation report.
const maxChildren = 5;

/** `children` is declared as a string, but samples show a list: both are read. */
function childrenIn(children: unknown): string[] {
  const list = Array.isArray(children) ? children : [children];
  return list.slice(0, maxChildren).map((child) => textIn(child) || textIn(memberOf(child, 'message')));
}

function textIn(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}
