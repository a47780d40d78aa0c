/** The settings that hosts ask a person for: every variable of a provider's connection, and a few general ones. */
import { isSecretSetting, variablePrefix } from '../../src/environment-variables.ts';
import { providers } from '../../src/providers/index.ts';

export interface HostSetting {
  /** Of the environment. */
  variable: string;
  /** In a host's own configuration: `thingpark_oss_url`. */
  key: string;
  title: string;
  description: string;
  secret: boolean;
  file?: boolean;
}

/** Without the prefix: what a person is asked, and what it means. */
const texts: Readonly<Record<string, readonly [title: string, description: string]>> = {
  THINGPARK_OSS_URL: ['ThingPark address', 'Base URL of the platform, such as https://community.thingpark.io. All fields empty: sandbox.'],
  THINGPARK_OSS_REALM: ['ThingPark realm', 'users-auth, or admins-auth for operator accounts. Empty: users-auth.'],
  THINGPARK_OSS_CLIENT_ID: ['ThingPark service account', 'sub-<subscriber>/<name>, such as sub-199900001/ops.'],
  THINGPARK_OSS_CLIENT_SECRET: ['ThingPark service account secret', 'The secret of the service account.'],
  THINGPARK_DX_ADMIN_URL: ['ThingPark DX Admin address', 'Base URL of the DX Admin API, ending in /admin/latest/api.'],
  THINGPARK_DX_CORE_URL: ['ThingPark DX Core address', 'Base URL of the DX Core API. Empty: the Admin address with /core/.'],
  THINGPARK_DX_CLIENT_ID: ['ThingPark DX client', '<profile>/<login>, such as tpe-api/jane@example.com.'],
  THINGPARK_DX_CLIENT_SECRET: ['ThingPark DX password', 'The password of the DX user.'],
  THINGPARK_WRITES: ['ThingPark changes', 'on: changes may run after approval. Empty: reads only.'],
  THINGSPACE_URL: ['ThingSpace address', 'Empty: https://thingspace.verizon.com.'],
  THINGSPACE_APP_KEY: ['ThingSpace application key', 'Key of the ThingSpace application. All fields empty: sandbox.'],
  THINGSPACE_APP_SECRET: ['ThingSpace application secret', 'Secret of the ThingSpace application.'],
  THINGSPACE_USERNAME: ['ThingSpace user', 'The user of the session.'],
  THINGSPACE_PASSWORD: ['ThingSpace password', 'The password of the user. Five refused logins lock it at the carrier.'],
  THINGSPACE_ACCOUNT: ['ThingSpace account', 'Account name, such as 0442000123-00001. Empty: the account of each SIM.'],
  THINGSPACE_WRITES: ['ThingSpace changes', 'on: changes may run after approval. Empty: reads only.'],
  IOTX_URL: ['iot-x address', 'Empty: https://api.iot-x.com.'],
  IOTX_ACCESS_KEY: ['iot-x access key', 'Access key of the account. Empty: sandbox.'],
  IOTX_PRODUCT_KEY: ['iot-x product key', 'both, product or service. Empty: both.'],
  IOTX_CURRENCY: ['iot-x currency', 'ISO 4217 code of amounts, such as EUR.'],
  IOTX_WRITES: ['iot-x changes', 'on: changes may run after approval. Empty: reads only.'],
  CONFIG: ['Configuration file', 'JSON configuration with named connections, in place of the fields here.'],
  POLICY_FILE: ['Policy file', 'Rules for changes, YAML. Empty: the built-in rules.'],
  READ_ONLY: ['Read only', 'on: offer no tool that changes something.'],
};

const setting = (name: string, secret: boolean, file = false): HostSetting => {
  const [title, description] = texts[name] ?? [];
  if (title === undefined || description === undefined) throw new Error(`${name} has no text in scripts/listings/settings.ts`);
  return { variable: `${variablePrefix}${name}`, key: name.toLowerCase(), title, description, secret, ...(file ? { file } : {}) };
};

/** Throws for a variable of a provider that has no text. */
export const hostSettings: readonly HostSetting[] = [
  ...providers.flatMap((provider) =>
    Object.entries(provider.variables).map(([name, path]) => setting(name, isSecretSetting(provider, path))),
  ),
  setting('CONFIG', false, true),
  setting('POLICY_FILE', false, true),
  setting('READ_ONLY', false),
];
