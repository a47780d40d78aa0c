import { z } from 'zod';

import { isLoopback } from '../vocabulary.ts';

/** A URL over which secrets may be sent: https, or http on loopback; undefined for any other. */
export function safeUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const loopback = url && isLoopback(url.hostname);
  return url && !url.username && !url.hash && (url.protocol === 'https:' || (url.protocol === 'http:' && loopback)) ? url : undefined;
}

/** The URL of a provider; http is allowed for a sandbox that is served on a port. */
export const Url = z.string().transform((text, context) => {
  const url = safeUrl(text);
  if (url && !url.search) return text.replace(/\/+$/, '');
  context.addIssue({
    code: 'custom',
    message: 'is an https address (plain http on loopback only). Example: https://community.thingpark.io',
  });
  return z.NEVER;
});

/** The origin at which browsers reach the HTTP mode. */
export const PublicUrl = z.string().transform((text, context) => {
  const url = safeUrl(text);
  if (url && !url.search && url.pathname === '/') return url.origin;
  context.addIssue({
    code: 'custom',
    message: 'is an https address without a path (plain http on loopback only). Example: https://iot-ops.example.com',
  });
  return z.NEVER;
});
