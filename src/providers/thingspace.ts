import { isCallbackPort } from '../clients/thingspace/callback-ports.ts';
import { sandboxThingspace } from '../clients/thingspace/sandbox-account.ts';
import { defineProvider } from './provider-module.ts';

/** Where ThingSpace's callbacks come from, as its documents list them. */
const carrierAddresses: readonly string[] = [
  '3.87.163.45',
  '3.91.119.203',
  '54.197.62.209',
  '35.165.205.14',
  '54.200.43.232',
  '34.216.81.234',
  '137.117.33.109',
  '168.62.173.153',
];

const { account, ...credentials } = sandboxThingspace;

export const thingspace = defineProvider({
  name: 'thingspace',
  title: 'ThingSpace',
  longTitle: 'Verizon ThingSpace',
  holds: 'Verizon SIMs',
  variables: {
    THINGSPACE_URL: 'url',
    THINGSPACE_APP_KEY: 'appKey',
    THINGSPACE_APP_SECRET: 'appSecret',
    THINGSPACE_USERNAME: 'username',
    THINGSPACE_PASSWORD: 'password',
    THINGSPACE_ACCOUNT: 'account',
    THINGSPACE_WRITES: 'writes',
  },
  secretSettings: ['appKey', 'appSecret', 'password'],
  schema: ({ z, common, Url, Secret }) =>
    z.strictObject({
      ...common,
      provider: z.literal('thingspace'),
      url: Url.default('https://thingspace.verizon.com'),
      appKey: Secret,
      appSecret: Secret,
      username: z.string().min(1),
      password: Secret,
      /** Used by calls that must name an account when the caller names none. Reads cover every account of the login all the same. */
      account: z.string().min(1).optional(),
      /** Restricts reads to these accounts. */
      accounts: z.array(z.string().min(1)).min(1).optional(),
      /** Over HTTP: who may send callbacks to /callbacks/<connection>, and from where. */
      callbacks: z
        .strictObject({
          username: z.string().min(1),
          password: Secret,
          /** `carrier`: the published addresses; `proxy`: a proxy in front of the server checks them; or a list. */
          from: z.union([z.enum(['carrier', 'proxy']), z.array(z.string().min(1)).min(1)]).default('carrier'),
        })
        .optional(),
    }),
  settings: ({ url, username, account, accounts, appKey, appSecret, password }, secret) => ({
    url,
    username,
    account,
    accounts,
    appKey: secret(appKey, 'appKey'),
    appSecret: secret(appSecret, 'appSecret'),
    password: secret(password, 'password'),
  }),
  listener({ callbacks }, secret) {
    if (!callbacks) return undefined;
    const { username, password, from } = callbacks;
    const addresses = from === 'carrier' ? carrierAddresses : from === 'proxy' ? [] : from;
    return { username, password: secret(password, 'callbacks.password'), from: addresses };
  },
  // Five refused logins in a row lock the user at the carrier.
  loginOf: ({ url, appKey, username, password }) => [url, appKey, username, password],
  sandbox: {
    settings: (url) => ({ url, ...credentials, account: undefined, accounts: undefined }),
    credentials: `${credentials.appKey} / ${credentials.appSecret}; ${credentials.username} / ${credentials.password}; account ${account}`,
    listener: { username: 'sandbox-listener', password: 'sandbox-listener-password', from: ['127.0.0.1', '::1'] },
    postsTo: isCallbackPort,
  },
  async load() {
    const [{ thingspaceClient }, { thingspaceFleet }, { thingspacePlanners }, { thingspaceTools }, { activateSims }, { parseCallback }] =
      await Promise.all([
        import('../clients/thingspace/client.ts'),
        import('../fleet/thingspace.ts'),
        import('../changes/thingspace/index.ts'),
        import('../tools/thingspace/index.ts'),
        import('../prompts/thingspace/activate-sims.ts'),
        import('../changes/thingspace/parse-callback.ts'),
      ]);
    return {
      client: thingspaceClient,
      fleet: thingspaceFleet,
      planners: thingspacePlanners,
      tools: thingspaceTools,
      prompts: [activateSims],
      parseCallback,
    };
  },
  loadSandbox: async () => (await import('../sandbox/thingspace/index.ts')).thingspaceSandbox,
  loadTexts: async () => (await import('./texts/thingspace.ts')).thingspaceTexts,
});
