/** Encodes request bodies. */
import type { AnyEndpoint } from './endpoint.ts';

/** Encodes the body as the endpoint declares it. */
export function encodeBody(entry: AnyEndpoint, body: unknown): { type: string; text: string } | undefined {
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

function multipart(members: Record<string, string>): { type: string; text: string } {
  let boundary = 'iot-ops-part';
  // The boundary must not occur in any part.
  while (Object.values(members).some((text) => text.includes(boundary))) boundary += '-x';
  const parts = Object.entries(members).map(
    ([name, text]) =>
      `--${boundary}\r\ncontent-disposition: form-data; name="${name}"; filename="${name}.csv"\r\ncontent-type: text/csv\r\n\r\n${text}\r\n`,
  );
  return { type: `multipart/form-data; boundary=${boundary}`, text: `${parts.join('')}--${boundary}--\r\n` };
}
