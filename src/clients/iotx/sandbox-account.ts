/** Credentials of the sandbox's own account: what the embedded connection signs in with and what the sandbox accepts. */
export const sandboxIotx = {
  accessKey: 'sandbox-iotx-full-key',
  readKey: 'sandbox-iotx-read-key',
  halfWriteKey: 'sandbox-iotx-half-write-key',
  disabledKey: 'sandbox-iotx-disabled-key',
  /** The only one that may buy stock. */
  buyerKey: 'sandbox-iotx-buyer-key',
  login: { username: 'sandbox', password: 'sandbox-iotx-password' },
} as const;
