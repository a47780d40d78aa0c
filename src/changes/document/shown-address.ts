/** Addresses as a person reads them: who receives the data is never cut off. */
import { sanitize } from '../../text/sanitize.ts';

const longest = 80;
const longestHost = 60;

/** An address as it is shown. `whole` is false where a query, credentials or a part of the host was left out. */
export interface ShownAddress {
  text: string;
  whole: boolean;
}

/**
 * The address without credentials and query. One of more than 80 characters is shown as its host; of a host of more than 60 characters the
 * labels at its end are shown, because they name who owns it. Hosts are shown in their ASCII form.
 */
export function shownAddress(address: string): ShownAddress {
  const text = address.trim();
  if (!URL.canParse(text)) return plainAddress(text);
  const url = new URL(text);
  if (url.host === '') return plainAddress(text);
  const secretParts = url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '';
  const path = url.pathname === '/' ? '' : url.pathname;
  const plain = `${url.protocol}//${url.host}${path}`;
  if (plain.length <= longest) return { text: `${plain}${url.search ? '?...' : ''}`, whole: !secretParts };
  return { text: `${url.protocol}//${endOfHost(url.host)}${path === '' ? '' : '/...'}`, whole: false };
}

/** An address that is no URL, such as `host:port`, without credentials. */
function plainAddress(text: string): ShownAddress {
  const host = text.replace(/^.*@/s, '');
  const shown = /^[\w.:[\]-]+$/.test(host) ? endOfHost(host) : `"${sanitize(host.replaceAll('"', "'"), longestHost)}"`;
  return { text: shown, whole: shown === text };
}

/** A long host from its end: `...gateway.ingest.example.net`. */
function endOfHost(host: string): string {
  if (host.length <= longestHost) return host;
  const labels = host.split('.');
  while (labels.length > 2 && labels.join('.').length > longestHost - 3) labels.shift();
  return `...${labels.join('.')}`;
}
