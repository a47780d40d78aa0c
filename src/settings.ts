/** Our environment variables, setting by setting; known to the quick front as well as to the configuration. */
import type { Provider } from './vocabulary.ts';

export const prefix = 'IOT_OPS_';

/** Variable, and where it belongs in a connection of its provider. */
export const connectionVariables: Record<Provider, Record<string, string>> = {
  thingpark: {
    THINGPARK_OSS_URL: 'oss.url',
    THINGPARK_OSS_REALM: 'oss.realm',
    THINGPARK_OSS_CLIENT_ID: 'oss.clientId',
    THINGPARK_OSS_CLIENT_SECRET: 'oss.clientSecret',
    THINGPARK_DX_ADMIN_URL: 'dx.adminUrl',
    THINGPARK_DX_CORE_URL: 'dx.coreUrl',
    THINGPARK_DX_CLIENT_ID: 'dx.clientId',
    THINGPARK_DX_CLIENT_SECRET: 'dx.clientSecret',
    THINGPARK_WRITES: 'writes',
  },
  thingspace: {
    THINGSPACE_URL: 'url',
    THINGSPACE_APP_KEY: 'appKey',
    THINGSPACE_APP_SECRET: 'appSecret',
    THINGSPACE_USERNAME: 'username',
    THINGSPACE_PASSWORD: 'password',
    THINGSPACE_ACCOUNT: 'account',
    THINGSPACE_WRITES: 'writes',
  },
  iotx: {
    IOTX_URL: 'url',
    IOTX_ACCESS_KEY: 'accessKey',
    IOTX_PRODUCT_KEY: 'productKey',
    IOTX_CURRENCY: 'currency',
    IOTX_WRITES: 'writes',
  },
};

const secretPaths = new Set(['oss.clientSecret', 'dx.clientSecret', 'appKey', 'appSecret', 'password', 'accessKey']);

/** Whether a setting may also be named by a variable that ends in `_FILE`. */
export function isSecretSetting(path: string): boolean {
  return secretPaths.has(path);
}

const general = [
  'CONFIG',
  'TOOLSETS',
  'READ_ONLY',
  'SECRETS_FILE',
  'KEYS_FILE',
  'STATE_DIR',
  'CALLERS_FILE',
  'POLICY_FILE',
  'APPROVERS_FILE',
];

/** All our variables. */
export const variables: readonly string[] = [
  ...general,
  ...Object.values(connectionVariables).flatMap((of) =>
    Object.entries(of).flatMap(([name, path]) => (isSecretSetting(path) ? [name, `${name}_FILE`] : [name])),
  ),
].map((name) => `${prefix}${name}`);
