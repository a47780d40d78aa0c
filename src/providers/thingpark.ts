import type { ThingparkAccount } from '../clients/thingpark/client.ts';
import { sandboxThingpark } from '../clients/thingpark/sandbox-account.ts';
import { defineProvider } from './provider-module.ts';

const { oss, dx } = sandboxThingpark;

export const thingpark = defineProvider({
  name: 'thingpark',
  title: 'ThingPark',
  longTitle: 'Actility ThingPark',
  holds: 'LoRaWAN and cellular devices, orders',
  variables: {
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
  secretSettings: ['oss.clientSecret', 'dx.clientSecret'],
  schema: ({ z, common, Url, Secret }) =>
    z
      .strictObject({
        ...common,
        provider: z.literal('thingpark'),
        oss: z
          .strictObject({
            url: Url,
            realm: z.enum(['users-auth', 'admins-auth']).default('users-auth'),
            clientId: z.string().min(1),
            clientSecret: Secret,
          })
          .optional(),
        dx: z.strictObject({ adminUrl: Url, coreUrl: Url.optional(), clientId: z.string().min(1), clientSecret: Secret }).optional(),
      })
      .refine((one) => one.oss || one.dx, { path: ['oss'], error: 'needs oss, dx or both' }),
  settings: (parsed, secret) => ({
    oss: parsed.oss && { ...parsed.oss, clientSecret: secret(parsed.oss.clientSecret, 'oss.clientSecret') },
    dx: parsed.dx && {
      ...parsed.dx,
      coreUrl: parsed.dx.coreUrl ?? parsed.dx.adminUrl.replace('/admin/', '/core/'),
      clientSecret: secret(parsed.dx.clientSecret, 'dx.clientSecret'),
    },
  }),
  sandbox: {
    settings: (url): ThingparkAccount => ({
      oss: { url, realm: 'users-auth', ...oss },
      dx: { adminUrl: `${url}/thingpark/dx/admin/latest/api`, coreUrl: `${url}/thingpark/dx/core/latest/api`, ...dx },
    }),
    credentials: `OSS ${oss.clientId} / ${oss.clientSecret}; DX ${dx.clientId} / ${dx.clientSecret}`,
  },
  async load() {
    const [{ thingparkClient }, { thingparkFleet }, { thingparkPlanners }, { thingparkTools }, { onboardLorawanDevice }] =
      await Promise.all([
        import('../clients/thingpark/client.ts'),
        import('../fleet/thingpark.ts'),
        import('../changes/thingpark/index.ts'),
        import('../tools/thingpark/index.ts'),
        import('../prompts/thingpark/onboard-lorawan-device.ts'),
      ]);
    return {
      client: thingparkClient,
      fleet: thingparkFleet,
      planners: thingparkPlanners,
      tools: thingparkTools,
      prompts: [onboardLorawanDevice],
    };
  },
  loadSandbox: async () => (await import('../sandbox/thingpark/index.ts')).thingparkSandbox,
});
