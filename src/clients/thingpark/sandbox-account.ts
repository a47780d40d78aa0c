/** Credentials of the sandbox's own account: what the embedded connection signs in with and what the sandbox accepts. */
export const sandboxThingpark = {
  oss: { clientId: 'sub-199900001/sandbox', clientSecret: 'sandbox-oss-secret' },
  dx: { clientId: 'tpe-api/sandbox@example.com', clientSecret: 'sandbox-dx-password' },
  subscriber: '199900001',
} as const;
