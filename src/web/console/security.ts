/** Security headers of the console, and the checks on its requests and forms. */
import { hostHeaderValidationResponse, localhostAllowedHostnames } from '@modelcontextprotocol/server';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { csrf } from 'hono/csrf';
import { HTTPException } from 'hono/http-exception';
import { secureHeaders } from 'hono/secure-headers';

import type { ConsoleEnv } from './options.ts';
import { ownOrigin } from './own-origin.ts';

/** On every response: no scripts, no external resources, no framing. */
export const browserPolicy: MiddlewareHandler = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
  },
  xFrameOptions: 'DENY',
  // Depends on the response, see privacyHeaders.
  referrerPolicy: false,
  // The operator's proxy ends TLS and decides this for its whole domain.
  strictTransportSecurity: false,
});

/** On every response: no caching, no indexing, no referrer to other sites. */
export const privacyHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  c.res.headers.set('cache-control', 'no-store');
  c.res.headers.set('x-robots-tag', 'noindex');
  // Under `no-referrer` browsers submit the forms of a page with `Origin: null`.
  const isPage = c.res.headers.get('content-type')?.startsWith('text/html') === true;
  c.res.headers.set('referrer-policy', isPage ? 'same-origin' : 'no-referrer');
};

/** Refuses foreign hosts (DNS rebinding) and methods other than GET and POST. */
export function requestChecks(allowedHosts: readonly string[]): MiddlewareHandler {
  const hosts = [...localhostAllowedHostnames(), ...allowedHosts];
  return async (c, next) => {
    const refused = hostHeaderValidationResponse(c.req.raw, hosts);
    if (refused) return refused;
    // Hono would run the GET handler for HEAD, which would use up a one-time link.
    if (c.req.method !== 'GET' && c.req.method !== 'POST') return c.text('Only GET and POST are allowed.', 405);
    return next();
  };
}

/** Bytes. */
const maxFormSize = 16 * 1024;

/** The checks on every form, in order; the last one sets `form`. The session's own token is checked with the session. */
export function formChecks(publicUrl: string | undefined): MiddlewareHandler<ConsoleEnv>[] {
  const isOwn = (request: Request): boolean => refusedOrigin(request, publicUrl) === undefined;
  return [
    // csrf() accepts a request when either header is right; here both handlers require both.
    csrf({ origin: (_, c) => isOwn(c.req.raw), secFetchSite: (_, c) => isOwn(c.req.raw) }),
    async (c, next) => {
      // csrf() looks at the content types of HTML forms only, so no other type may pass.
      if (/^application\/x-www-form-urlencoded\s*(;|$)/i.test(c.req.header('content-type') ?? '')) return next();
      return c.text('The content type must be application/x-www-form-urlencoded.', 415);
    },
    bodyLimit({ maxSize: maxFormSize, onError: (c) => c.text('This form is too large, the limit is 16 KiB.', 413) }),
    async (c, next) => {
      c.set('form', new URLSearchParams(await c.req.text()));
      return next();
    },
  ];
}

/** Why a form counts as sent from elsewhere; undefined for a form of this origin. */
function refusedOrigin(request: Request, publicUrl: string | undefined): string | undefined {
  const own = ownOrigin(request, publicUrl);
  // Origin and Sec-Fetch-Site are set by the browser and cannot be changed by a page of another origin.
  if (request.headers.get('origin') !== own)
    return `This form was not sent from ${own}. Behind a proxy, set http.publicUrl to the public address.`;
  const site = request.headers.get('sec-fetch-site');
  return site === null || site === 'same-origin' ? undefined : 'This form was sent from another site.';
}

/** The text of the response to a request that a check refused with an HTTPException; undefined for any other error. */
export function refusalText(error: Error, request: Request, publicUrl: string | undefined): string | undefined {
  if (!(error instanceof HTTPException) || error.status !== 403) return undefined;
  return refusedOrigin(request, publicUrl) ?? 'Forbidden';
}
