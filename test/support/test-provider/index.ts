/** A provider that no file below src/ knows: water meters with a name and a reporting interval. */
import type { ProviderClient } from '../../../src/clients/connect.ts';
import { defineProvider } from '../../../src/providers/provider-module.ts';
import { layers } from './layers.ts';
import { meters } from './meters.ts';
import { sandbox } from './sandbox.ts';

const client: ProviderClient<{ url: string; key: string }> = {
  contracts: { meters },
  accountReads: () => [{ login: '', what: 'meters', entry: meters.list, input: {} }],
  adapter: ({ url, key }) => ({
    baseUrl: () => url,
    authHeaders: async () => ({ authorization: `Bearer ${key}` }),
    discardExpiredCredentials: () => false,
    parseError: ({ status }) => ({ message: `refused with ${status}`, fromApi: true }),
  }),
};

export const testProvider = defineProvider({
  name: 'meterhub',
  title: 'Meterhub',
  longTitle: 'Meterhub',
  holds: 'water meters',
  variables: { METERHUB_URL: 'url', METERHUB_KEY: 'key' },
  secretSettings: ['key'],
  schema: ({ z, common, Url, Secret }) => z.strictObject({ ...common, provider: z.literal('meterhub'), url: Url, key: Secret }),
  settings: ({ url, key }, secret) => ({ url, key: secret(key, 'key') }),
  sandbox: { settings: (url) => ({ url: `${url}/meterhub`, key: 'meter-key-of-the-sandbox' }), credentials: 'a key' },
  load: async () => ({ client, ...layers }),
  loadSandbox: async () => sandbox,
  loadTexts: async () => ({}),
});
