/** Which UID an object of the OSS API bears. Replies have no UID member: the last segment of `href` is the UID (Devices API 7.3). */

/** The UID in a `href` such as `/thingpark/wireless/rest/subscriptions/32/devices/101`. */
export function uidInHref(href: unknown): string | undefined {
  if (typeof href !== 'string') return undefined;
  const [path = ''] = href.split(/[?#]/, 1);
  return path.split('/').findLast((segment) => segment !== '');
}

/** What a device or group bears that was asked for by `e<EUI>` or by UID. */
export function borneUid({ EUI, href }: { EUI?: unknown; href?: unknown }, asked: string): string | undefined {
  if (!/^e[\da-f]{16}$/i.test(asked)) return uidInHref(href);
  return typeof EUI === 'string' ? `e${EUI}` : undefined;
}
