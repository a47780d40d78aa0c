import { z } from 'zod';

import { isLoopback } from '../vocabulary.ts';

/** An address over which secrets may travel: https, or plain http on loopback; undefined when it is none. */
export function safeUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const loopback = url && isLoopback(url.hostname);
  return url && !url.username && !url.hash && (url.protocol === 'https:' || (url.protocol === 'http:' && loopback)) ? url : undefined;
}

/** An address of a provider; plain http for a sandbox that is served on a port. */
export const Url = z.string().transform((text, context) => {
  const url = safeUrl(text);
  if (url && !url.search) return text.replace(/\/+$/, '');
  context.addIssue({
    code: 'custom',
    message: 'is an https address (plain http on loopback only). Example: https://community.thingpark.io',
  });
  return z.NEVER;
});

/** Where people reach the HTTP mode, as an origin. */
export const PublicUrl = z.string().transform((text, context) => {
  const url = safeUrl(text);
  if (url && !url.search && url.pathname === '/') return url.origin;
  context.addIssue({
    code: 'custom',
    message: 'is an https address without a path (plain http on loopback only). Example: https://iot-ops.example.com',
  });
  return z.NEVER;
});
