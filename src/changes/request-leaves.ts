/** The texts of a request, and the hosts among them. */

/** A text or number of a request with the path of its field, without positions in lists: `body.devices.ipAddress`. */
export interface Leaf {
  path: string;
  text: string;
}

export function leavesOf(value: unknown, path = ''): Leaf[] {
  if (typeof value === 'string' || typeof value === 'number') return [{ path, text: String(value) }];
  if (Array.isArray(value)) return value.flatMap((item) => leavesOf(item, path));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, item]) => leavesOf(item, path === '' ? name : `${path}.${name}`));
}

/** Members that hold a host, a list of hosts, or the account in front of a cloud's host. */
const hostMember = /(host|hosts|hostname|servers?|brokers?|endpoint|url|uri|addresses|destination|prefix)$/i;

/** Members that hold a host where there is a dot in it; other addresses are those of devices on a radio network. */
const addressMember = /(address|ip|domain)$/i;

/** The hosts, each with its port, that a request names: those of all URLs, and those of members such as `hostName`. */
export function hostsIn(inputs: unknown): string[] {
  const hosts = leavesOf(inputs).flatMap(({ path, text }) => {
    const urls = [...text.matchAll(/[a-z][a-z\d+.-]*:\/\/[^\s,;"'<>]+/gi)].map(([url]) => hostOf(url));
    if (urls.length > 0) return urls;
    if (!hostMember.test(path) && !(addressMember.test(path) && text.includes('.'))) return [];
    return text.split(/[\s,;]+/).flatMap((one) => one.replace(/^.*@/, '').replace(/[/?#].*$/s, '') || []);
  });
  return [...new Set(hosts.map((host) => host.toLowerCase()))];
}

/** The host of a URL with its port; the part that stands where a host stands, if the URL is not a valid one. */
function hostOf(url: string): string {
  if (URL.canParse(url)) {
    const { host } = new URL(url);
    if (host !== '') return host;
  }
  return url
    .replace(/^[^:]*:\/\//, '')
    .replace(/^[^/]*@/, '')
    .replace(/[/?#].*$/s, '');
}
