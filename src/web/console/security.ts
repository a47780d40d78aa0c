/** Security headers of the console, and the checks on its forms. */

/** Headers of every response: no scripts, no external resources, no framing, no caching, no referrer. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-robots-tag': 'noindex',
};

/** Referrer policy of HTML pages: under `no-referrer` browsers submit forms with `Origin: null`. */
export const pageReferrerPolicy = 'same-origin';

/** Bytes. */
const maxFormSize = 16 * 1024;

/** The origin this request was sent to: `publicUrl` when the Host header matches it, plain http otherwise. */
export function ownOrigin(request: Request, publicUrl: string | undefined): string {
  const host = request.headers.get('host') ?? '';
  return publicUrl !== undefined && new URL(publicUrl).host === host ? publicUrl : `http://${host}`;
}

/** The form if it was sent from a page of this origin, otherwise the status and text of the error response. */
export async function readForm(
  request: Request,
  publicUrl: string | undefined,
): Promise<{ form: URLSearchParams } | { status: 403 | 413 | 415; why: string }> {
  const own = ownOrigin(request, publicUrl);
  // Origin and Sec-Fetch-Site are set by the browser and cannot be changed by a page of another origin.
  if (request.headers.get('origin') !== own)
    return { status: 403, why: `This form was not sent from ${own}. Behind a proxy, set http.publicUrl to the public address.` };
  const site = request.headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin') return { status: 403, why: 'This form was sent from another site.' };
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(request.headers.get('content-type') ?? ''))
    return { status: 415, why: 'The content type must be application/x-www-form-urlencoded.' };
  const text = await readBody(request);
  return text === undefined ? { status: 413, why: 'This form is too large, the limit is 16 KiB.' } : { form: new URLSearchParams(text) };
}

async function readBody(request: Request): Promise<string | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > maxFormSize) return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxFormSize) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
