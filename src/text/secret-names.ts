/** Field names that hold secrets, in every notation: `apnPassword`, `sas_token`, `GenAppKey`, `genappkey`, `pin1`. */

/** The last word of such a name. */
const secretWord =
  /^(password|passwd|passphrase|passcode|pass|pwd|secret|secrets|token|key|keys|ki|op|opc|kic|adm|puk|pin|psk|pem|pfx|otp|totp|jwt|authorization|auth|bearer|cookie|cookies|credential|credentials|headers)$/;

/** The end of such a name where it is written without a mark between its words. */
const secretEnd =
  /(password|passwd|passphrase|passcode|pwd|secret|token|(app|nwk|nw|skey|int|enc|root|mc|server|api|access|private|shared|session|client|device|auth|master|network|application|license|signing|encryption|account|sas)s?keys?)$/;

/** Names that end in such a word and hold no secret. */
const notSecret = new Set([
  'key',
  'productkey',
  'publickey',
  'primarykey',
  'foreignkey',
  'partitionkey',
  'sortkey',
  'idempotencykey',
  'nexttoken',
  'pagetoken',
  'continuationtoken',
]);

/** Names whose words do not tell, compared without separators and case. */
const otherSecretNames = new Set([
  'connectionstring',
  'jaasconfig',
  'sasljaasconfig',
  'sharedaccesssignature',
  'verificationcode',
  'confirmationcode',
  'activationcode',
  'pincode',
  'pukcode',
  'admcode',
  'otpcode',
  'mfacode',
  'setcookie',
  'authheader',
  'authorizationheader',
]);

/** The end of a name of more characters is looked at: the last words tell, and a text of any length may stand where a name is expected. */
const maxName = 200;

/** Names that were looked at: a large request repeats few names many times. */
const looked = new Map<string, boolean>();
const maxLooked = 2000;

/** Whether a field of this name holds a secret. */
export function isSecretName(name: string): boolean {
  const known = looked.get(name);
  if (known !== undefined) return known;
  const isSecret = readsAsSecret(name);
  if (looked.size >= maxLooked) looked.clear();
  if (name.length <= maxName) looked.set(name, isSecret);
  return isSecret;
}

function readsAsSecret(name: string): boolean {
  const words = name
    .slice(-maxName)
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .map((word) => word.replace(/\d+$/, ''))
    .filter((word) => word !== '');
  const joined = words.join('');
  if (notSecret.has(joined)) return false;
  return otherSecretNames.has(joined) || secretWord.test(words.at(-1) ?? '') || secretEnd.test(joined);
}

/** Whether a field of this name holds a device import file, a CSV with keys from the third column on. */
export const isDeviceImportFile = (name: string): boolean => name === 'csv';

/** Whether the field at a path such as `body.customHttpHeaders.value` holds a secret, by any of its names; the name of a header is none. */
export function isSecretPath(path: string): boolean {
  const members = path.split('.');
  const last = members.at(-1) ?? '';
  return members.some((name) => isSecretName(name) && (name === last || last !== 'name')) || isDeviceImportFile(last);
}
