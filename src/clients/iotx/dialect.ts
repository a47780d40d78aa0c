/** iot-x's habits: one long-lived access key as bearer, answers under `content`, errors of uncertain shape under `error`. */
import type { Dialect } from '../http/client.ts';

export interface IotxSettings {
  name: string;
  /** `https://api.iot-x.com`, or the EU or US instance: which one is the account's own matter. */
  url: string;
  accessKey: string;
}

export function iotxDialect(settings: IotxSettings): Dialect {
  const base = settings.url.replace(/\/+$/, '');
  return {
    base: () => base,
    sign: async () => ({ authorization: `Bearer ${settings.accessKey}` }),
    renew: () => false,
    open: (_, body) => record(body)?.['content'] ?? body,
    refusal({ body, status }) {
      const error = record(record(body)?.['error']);
      const said = error ? [textIn(error['message']), ...childrenIn(error['children'])].filter(Boolean).join('; ') : '';
      const code = error?.['code'];
      return {
        code: typeof code === 'string' || typeof code === 'number' ? String(code) : undefined,
        words:
          said || (body === undefined ? 'an empty answer' : error ? 'no reason given' : 'an answer of unknown form, perhaps from a proxy'),
        ...(status === 401 ? { next: 'Check the access key: it may be disabled or deleted, or belong to another instance.' } : {}),
        ...(status === 403
          ? { next: 'Give the access key the permission; scopes of a key cannot be edited later, so a new key may be needed.' }
          : {}),
      };
    },
  };
}

// Enough to say what is wrong without printing a whole validation report.
const mostChildren = 5;

/** Declared as text, shown as a list: read in every shape. */
function childrenIn(children: unknown): string[] {
  const list = Array.isArray(children) ? children : [children];
  return list.slice(0, mostChildren).map((child) => textIn(child) || textIn(record(child)?.['message']));
}

function textIn(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

function record(value: unknown): Record<string, unknown> | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}
