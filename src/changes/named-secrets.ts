/** Checks that a named secret goes only where the operator's secrets file lets it go, and says which one goes where. */
import type { AnyEndpoint, AnyInput } from '../clients/http/endpoint.ts';
import { Refusal } from '../clients/http/errors.ts';
import { type UsedSecret, valueOfSecret } from '../text/named-secret.ts';
import { isDeviceImportFile, isSecretName } from '../text/redact.ts';
import { warning } from './document/approval-document.ts';
import { nothing, phrase, quoted, quotedList } from './document/phrase.ts';
import type { Warning } from './planner.ts';
import { addressesIn, leavesOf } from './request-leaves.ts';
import { compilePattern } from './rules/pattern.ts';

/** A warning for each named secret that these inputs hold. Throws a Refusal for one that must not go there. */
export function namedSecretWarnings(operation: AnyEndpoint, inputs: readonly AnyInput[], used: readonly UsedSecret[]): Warning[] {
  if (used.length === 0) return [];
  const values = used.map(({ secret }) => valueOfSecret(secret));
  const { hosts, unclear } = addressesIn(operation, inputs, values);
  return used.flatMap((one) => {
    const fields = fieldsWith(inputs, valueOfSecret(one.secret));
    if (fields.length === 0)
      throw refusal(
        one,
        'the request holds it in another form, so its field cannot be checked',
        'Pass it in a field that takes it as it is.',
      );
    if (unclear[0] !== undefined)
      throw refusal(
        one,
        `the address in ${unclear[0]} does not tell one host`,
        'Give each address as host:port or as a URL without user and fragment, for example broker.example:8883.',
      );
    for (const field of fields) assertAllowed(one, operation, field, hosts);
    const receiver = hosts.length > 0 ? phrase`, for ${quotedList(hosts, 10)}` : nothing;
    return fields.map((field) =>
      warning('named-secret', phrase`uses the named secret ${quoted(one.name)} in ${quoted(field, 80)}${receiver}`),
    );
  });
}

function assertAllowed(used: UsedSecret, { id }: AnyEndpoint, field: string, hosts: readonly string[]): void {
  const { secret } = used;
  if (typeof secret === 'string') {
    assertDeviceKey(used, secret, field, hosts);
    return;
  }
  if (!secret.operations.some((pattern) => compilePattern(pattern)(id)))
    throw refusal(used, `it is not bound to the operation ${id}`, askOperator(used, `"operations" with "${id}"`));
  if (secret.field !== field && `body.${secret.field}` !== field)
    throw refusal(used, `it is bound to ${secret.field}, not to ${field}`, askOperator(used, `"field": "${field}"`));
  const foreign = hosts.find((host) => !secret.hosts.some((allowed) => isHost(allowed, host)));
  if (foreign !== undefined)
    throw refusal(used, `it is not bound to the host ${foreign}, to which the request sends it`, askOperator(used, `"host": "${foreign}"`));
  if (secret.hosts.length > 0 && hosts.length === 0)
    throw refusal(
      used,
      `it is bound to the host ${secret.hosts.join(', ')}, and the request names none`,
      'Name the host in the same request.',
    );
}

/** Without a binding: the keys of devices go to the provider only, so they need no host. */
function assertDeviceKey(used: UsedSecret, value: string, field: string, hosts: readonly string[]): void {
  const name = field.slice(field.lastIndexOf('.') + 1);
  const isKey = /^[0-9A-Fa-f]{32}$/.test(value.replace(/[\s:.-]/g, '')) && isSecretName(name) && /keys?$/i.test(name);
  if (hosts.length === 0 && (isKey || isDeviceImportFile(name))) return;
  throw refusal(
    used,
    `it has no binding, and ${hosts.length > 0 ? `the request sends it to ${hosts[0]}` : `${field} is no key of a device`}`,
    askOperator(used, `"operations", "field": "${field}"${hosts.length > 0 ? ` and "host": "${hosts[0]}"` : ''}`),
  );
}

function refusal({ name }: UsedSecret, why: string, next: string): Refusal {
  return new Refusal(`the named secret ${name} is not used: ${why}`, `Nothing was sent. ${next}`);
}

const askOperator = ({ name }: UsedSecret, what: string): string => `An operator can set ${what} for ${name} in the secrets file.`;

/** The fields of the inputs that hold this value, without positions in lists. */
function fieldsWith(inputs: readonly AnyInput[], value: string): string[] {
  const plain = comparable(value);
  const fields = leavesOf(inputs).filter((leaf) => leaf.text.includes(value) || comparable(leaf.text).includes(plain));
  return [...new Set(fields.map(({ path }) => path))];
}

/** A key is written with and without separators, in either case. */
const comparable = (text: string): string => text.replace(/[\s:.-]/g, '').toLowerCase();

/** A binding without a port allows any port. */
function isHost(allowed: string, host: string): boolean {
  const [wanted, found] = [allowed.toLowerCase(), host.toLowerCase()];
  return wanted === found || wanted === found.replace(/:\d+$/, '');
}
