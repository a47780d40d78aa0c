/** Encodes request bodies. */
import type { AnyEndpoint } from './endpoint.ts';

interface EncodedBody {
  type: string;
  text: string;
}

/** Encodes the body as the endpoint declares it. */
export async function encodeBody(entry: AnyEndpoint, body: unknown): Promise<EncodedBody | undefined> {
  if (body === undefined) return undefined;
  switch (entry.encoding) {
    case 'form':
      return { type: 'application/x-www-form-urlencoded', text: new URLSearchParams(body as Record<string, string>).toString() };
    case 'multipart':
      return multipart(body as Record<string, string>);
    case 'text':
      return { type: 'text/plain', text: String(body) };
    default:
      return { type: 'application/json', text: JSON.stringify(body) };
  }
}

/** Each member as a file, because the platforms expect a file part. */
async function multipart(members: Record<string, string>): Promise<EncodedBody> {
  const form = new FormData();
  for (const [name, text] of Object.entries(members)) form.set(name, new File([text], `${name}.csv`, { type: 'text/csv' }));
  // A Response encodes the form with a boundary of its own.
  const encoded = new Response(form);
  return { type: encoded.headers.get('content-type') ?? 'multipart/form-data', text: await encoded.text() };
}
