/** Addresses as a person reads them: who receives the data is never cut off, and what is no plain host is shown as it is. */
import { exactText } from '../../text/exact-text.ts';
import { isSecretName } from '../../text/redact.ts';
import { truncate } from '../../text/sanitize.ts';

const longest = 80;
const longestHost = 60;

/** An address as it is shown. `whole` is false where credentials, a query or a part of the host was left out. */
export interface ShownAddress {
  text: string;
  whole: boolean;
}

/** Whether a text begins like a URL with a host: `mqtts://`. */
export const isUrl = (text: string): boolean => /^[a-z][a-z\d+.-]*:\/\//i.test(text);

/**
 * The address without credentials and query. One of more than 80 characters is shown as its host; of a host of more than 60 characters the
 * labels at its end are shown, because they name who owns it. Hosts are shown in their ASCII form. Of a list every member is shown.
 */
export function shownAddress(address: string): ShownAddress {
  if (!isUrl(address)) return plainAddresses(address);
  if (!URL.canParse(address)) return quotedAddress(address);
  const url = new URL(address);
  if (url.host === '') return quotedAddress(address);
  const path = url.pathname === '/' ? '' : url.pathname;
  const host = asciiHost(url);
  const plain = `${url.protocol}//${host}${path}`;
  // The parser drops and rewrites characters; only what it leaves alone is shown whole.
  const same = address === plain || (path === '' && address === `${plain}/`);
  if (plain.length <= longest) return { text: `${plain}${url.search ? '?...' : ''}${url.hash ? '#...' : ''}`, whole: same };
  return { text: `${url.protocol}//${endOfHost(host)}${path === '' ? '' : '/...'}`, whole: false };
}

/** The host of a URL with its port. The parser writes letters beyond ASCII as `%` and hex digits where it does not know the scheme. */
function asciiHost({ host, port }: URL): string {
  if (!host.includes('%')) return host;
  try {
    const plain = new URL(`ws://${decodeURIComponent(host.slice(0, port === '' ? undefined : -port.length - 1))}`).hostname;
    return port === '' ? plain : `${plain}:${port}`;
  } catch {
    return host;
  }
}

/** Addresses that are no URL, such as `host:port` or a list of them. */
function plainAddresses(text: string): ShownAddress {
  const hosts = text.split(',').map((one) => plainHost(one.trim()));
  if (hosts.some((one) => one === undefined)) return quotedAddress(text);
  const shown = hosts.join(', ');
  return { text: shown, whole: shown === text || hosts.join(',') === text };
}

/** A host with or without a port in its ASCII form, from its end where it is long; undefined for any other text. */
function plainHost(text: string): string | undefined {
  if (/^[\w.:[\]-]+$/.test(text)) return endOfHost(text);
  return asciiHostOf(text);
}

/** `xn--brker-kye.example:8883` for a host with letters beyond ASCII; undefined for any other text. */
function asciiHostOf(text: string): string | undefined {
  if (!/^[\p{L}\p{M}\p{N}.-]+(:\d{1,5})?$/u.test(text) || !URL.canParse(`ws://${text}`)) return undefined;
  const { hostname } = new URL(`ws://${text}`);
  return endOfHost(`${hostname}${/:\d+$/.exec(text)?.[0] ?? ''}`);
}

/** What is no plain address stands in quotes as it is, so that no part of it poses as the host. */
function quotedAddress(text: string): ShownAddress {
  const shown = exactText(withoutCredentials(text));
  return { text: shown.length <= longest ? shown : `${truncate(shown, longest - 2)}…"`, whole: false };
}

/** A long host from its end: `...gateway.ingest.example.net`. */
function endOfHost(host: string): string {
  if (host.length <= longestHost) return host;
  const labels = host.split('.');
  while (labels.length > 2 && labels.join('.').length > longestHost - 3) labels.shift();
  return `...${labels.join('.')}`;
}

const hidden = '[hidden]';

/**
 * All of an address but its credentials: the password before the host, and parameters whose names are those of secrets. A host with letters beyond
 * ASCII is followed by its ASCII form.
 */
export function exactAddress(address: string): ShownAddress {
  const shown = withoutCredentials(address);
  const plain = /^[\w.:/?#&=%+~,@[\]-]*$/.test(shown) ? shown : exactText(shown);
  const ascii = URL.canParse(address) ? asciiHost(new URL(address)) : asciiHostOf(address);
  const looksOther = /[^\p{ASCII}]/u.test(address) && ascii ? ` (host ${ascii})` : '';
  return { text: `${plain}${looksOther}`, whole: true };
}

/** Parameters of URLs that are secrets, beside those whose names tell. */
const secretParameter = /^(sig|signature|code|key|k)$/i;

/** `user:password@` before a host that stands alone. A list of hosts with ports is none. */
const loginBeforeHost = /^(?!mailto:)([^\s/@:,]+):[^\s/@,]+@(?=[\w.:[\]-]+$)/i;

/** Members that hold an address by their name. */
const addressName = /(host|hosts|hostname|servers?|brokers?|endpoint|url|uri|addresses|address|destination|proxy)$/i;

/** Whether the text of a member is an address: a URL, or a host with a login before it where the name of the member says so. */
export const isAddress = (path: string, text: string): boolean => isUrl(text) || (addressName.test(path) && loginBeforeHost.test(text));

/** The address with the password before its host hidden. The user name stays: it may be what looks like the host. */
function withoutCredentials(address: string): string {
  // A URL that no parser accepts may have its password anywhere before the last @.
  const password = URL.canParse(address) ? '[^/?#\\\\]*' : '.*';
  return address
    .replace(new RegExp(`^([a-z][a-z\\d+.-]*://[^/?#@:]*):${password}@`, 'is'), `$1:${hidden}@`)
    .replace(loginBeforeHost, `$1:${hidden}@`)
    .replace(/([?&])([^=&#]+)=([^&#]*)/g, (all, sign: string, name: string) =>
      isSecretName(name) || secretParameter.test(name) ? `${sign}${name}=${hidden}` : all,
    );
}
