import type { IotxAccount } from '../clients/iotx/client.ts';
import { sandboxIotx } from '../clients/iotx/sandbox-account.ts';
import { defineProvider } from './provider-module.ts';

const { accessKey } = sandboxIotx;

export const iotx = defineProvider({
  name: 'iotx',
  title: 'iot-x',
  longTitle: 'iot-x',
  holds: 'subscribers, products',
  variables: {
    IOTX_URL: 'url',
    IOTX_ACCESS_KEY: 'accessKey',
    IOTX_PRODUCT_KEY: 'productKey',
    IOTX_CURRENCY: 'currency',
    IOTX_WRITES: 'writes',
  },
  secretSettings: ['accessKey'],
  schema: ({ z, common, Url, Secret }) =>
    z.strictObject({
      ...common,
      provider: z.literal('iotx'),
      url: Url.default('https://api.iot-x.com'),
      accessKey: Secret,
      productKey: z.enum(['both', 'product', 'service']).default('both'),
      /** The currency of all amounts; no answer tells it. */
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/, 'is an ISO 4217 code. Example: EUR')
        .optional(),
    }),
  settings: ({ url, accessKey, productKey, currency }, secret) => ({
    url,
    accessKey: secret(accessKey, 'accessKey'),
    productKey,
    currency,
  }),
  sandbox: {
    settings: (url): IotxAccount => ({ url, accessKey, productKey: 'both' }),
    credentials: `access key ${accessKey}`,
  },
  async load() {
    const [{ iotxClient }, { iotxFleet }, { iotxPlanners }, { iotxTools }] = await Promise.all([
      import('../clients/iotx/client.ts'),
      import('../fleet/iotx.ts'),
      import('../changes/iotx/index.ts'),
      import('../tools/iotx/index.ts'),
    ]);
    return { client: iotxClient, fleet: iotxFleet, planners: iotxPlanners, tools: iotxTools, prompts: [] };
  },
  loadSandbox: async () => (await import('../sandbox/iotx/index.ts')).iotxSandbox,
  loadTexts: async () => (await import('./texts/iotx.ts')).iotxTexts,
});
