/** Who may knock at the console, and what every answer of it carries. */
import { timingSafeEqual } from 'node:crypto';

/** Nothing runs, nothing is fetched from elsewhere, nobody frames it, nothing is kept, no other site hears where it was opened from. */
export const headers: Readonly<Record<string, string>> = {
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

/** For pages: under `no-referrer` a browser sends their forms with `Origin: null`. */
export const pageReferrer = 'same-origin';

const longestForm = 16 * 1024;

/** The origin under which this request reached us: https only where the operator says that we are reached so. */
export function ownOrigin(request: Request, publicUrl: string | undefined): string {
  const host = request.headers.get('host') ?? '';
  return publicUrl !== undefined && new URL(publicUrl).host === host ? publicUrl : `http://${host}`;
}

/** A form that was sent from a page of ours; else the status and the words of the refusal. */
export async function formOf(
  request: Request,
  publicUrl: string | undefined,
): Promise<{ form: URLSearchParams } | { status: 403 | 413 | 415; why: string }> {
  const own = ownOrigin(request, publicUrl);
  // A browser writes both by itself, and no page of another origin can change them.
  if (request.headers.get('origin') !== own)
    return { status: 403, why: `This form was not sent from ${own}. Behind a proxy, http.publicUrl names the address that people use.` };
  const site = request.headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin') return { status: 403, why: 'This form was sent from another site.' };
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(request.headers.get('content-type') ?? ''))
    return { status: 415, why: 'Only forms are taken here.' };
  const text = await capped(request);
  return text === undefined ? { status: 413, why: 'This form is too long.' } : { form: new URLSearchParams(text) };
}

async function capped(request: Request): Promise<string | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > longestForm) return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > longestForm) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Compared in the same time wherever they differ. */
export function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
