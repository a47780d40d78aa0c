import type { ThingparkAccount } from '../clients/thingpark/client.ts';
import { sandboxThingpark } from '../clients/thingpark/sandbox-account.ts';
import { defineProvider } from './provider-module.ts';

const { oss, dx } = sandboxThingpark;

const isEmail = (id: string): boolean => /^[^/\s@]+@[^/\s@]+$/.test(id);

/** What is wrong with a DX client id: it is `<profile>/<login>`, and only the list of the platform says which profiles there are. */
function dxClientIdError(clientId: string, adminUrl: string): string | undefined {
  const email = isEmail(clientId);
  if (!email && !/^\/|\/$/.test(clientId)) return undefined;
  const why = email ? 'is an e-mail address alone' : 'a part is empty';
  const example = `tpe-api/${email ? clientId : 'jane@example.com'}`;
  return `must be <profile>/<login>, but ${why}. Example: ${example}. GET ${adminUrl}/profiles lists the profiles of the platform`;
}

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
            clientId: z
              .string()
              .trim()
              .min(1)
              .refine((id) => !isEmail(id), {
                error:
                  'is an e-mail address, but the OSS APIs take the id of a service account, sub-<subscriber>/<name>. Example: sub-199900001/ops. An administrator makes one in the user interface of ThingPark; to sign in as a user, set dx instead',
              }),
            clientSecret: Secret,
          })
          .optional(),
        dx: z
          .strictObject({
            adminUrl: Url,
            coreUrl: Url.optional(),
            clientId: z.string().trim().min(1),
            clientSecret: Secret,
          })
          .superRefine(({ adminUrl, clientId }, context) => {
            const error = dxClientIdError(clientId, adminUrl);
            if (error) context.addIssue({ code: 'custom', path: ['clientId'], message: error });
          })
          .optional(),
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
  loadTexts: async () => (await import('./texts/thingpark.ts')).thingparkTexts,
});
