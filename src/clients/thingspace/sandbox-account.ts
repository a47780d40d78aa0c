/** Credentials of the sandbox's own account: what the embedded connection signs in with and what the sandbox accepts. */
export const sandboxThingspace = {
  appKey: 'sandbox-app-key',
  appSecret: 'sandbox-app-secret',
  username: 'sandbox-user',
  password: 'sandbox-password',
  account: '0442000123-00001',
} as const;
