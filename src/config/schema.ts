/** The schema of the configuration file. */
import { z } from 'zod';

import { Policy } from '../changes/policy.ts';
import { toolsetsOf } from '../environment-variables.ts';
import { logFormats, logLevels } from '../log.ts';
import type { ProviderModule, Secret as SecretSetting } from '../providers/provider-module.ts';
import { isObject } from '../text/is-object.ts';
import { PublicUrl, Url } from './urls.ts';

const Secret: z.ZodType<SecretSetting> = z.union(
  [z.string().min(1), z.strictObject({ env: z.string().min(1) }), z.strictObject({ file: z.string().min(1) })],
  { error: 'is a text, { "env": "NAME" } or { "file": "path" }' },
);

const common = {
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/, 'has letters, digits, dot, dash and underscore, at most 40. Example: thingpark-eu'),
  writes: z.enum(['on', 'off']).default('off'),
  allowGuessed: z.boolean().default(false),
  /** True if the URLs are those of a sandbox that is served on a port. */
  sandbox: z.boolean().default(false),
  /** Requests per second that the provider allows, if the operator knows it; otherwise learned from its responses. */
  requestsPerSecond: z.number().positive().max(10_000).optional(),
};

const names = z.array(z.string().min(1)).min(1, 'is empty; leave it out for no limit');

/** A caller: its token alone, or with the approvers who use it and its group. */
const Caller = z.preprocess(
  (value) => (typeof value === 'string' || (isObject(value) && ('env' in value || 'file' in value)) ? { token: value } : value),
  z.strictObject({
    /** Absent where the callers file holds it, and for `local`. */
    token: Secret.optional(),
    /** The approvers who use this caller: they cannot approve what it asks for. */
    person: z
      .preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(z.string().min(1)).min(1, 'is empty'))
      .optional(),
    group: z.string().min(1).optional(),
  }),
);

/** What the callers of a group may reach, for reads too. */
const CallerGroup = z
  .strictObject({
    connections: names.optional(),
    /** Groups, tags or domains of devices, as their providers call them. */
    deviceGroups: names.optional(),
    /** Names of tools or toolsets. */
    tools: names.optional(),
    /** Whether they see the changes of all callers. */
    audit: z.boolean().default(false),
  })
  .refine(({ audit, deviceGroups }) => !audit || deviceGroups === undefined, {
    path: ['audit'],
    error: 'shows the changes of all devices, so it does not go with deviceGroups',
  });

/** The settings of every connection, whatever its provider. */
export interface CommonSettings {
  name: string;
  provider: string;
  writes: 'on' | 'off';
  allowGuessed: boolean;
  sandbox: boolean;
  requestsPerSecond?: number | undefined;
}

/** One connection; its other settings are checked by the schema of its provider. */
function connectionSchema(providers: readonly ProviderModule[]): z.ZodType<CommonSettings> {
  const kit = { z, common, Url, Secret };
  const own = providers.map((one) => one.schema(kit));
  // Every provider's schema holds `common` and its own name as a literal.
  return z.discriminatedUnion('provider', own as unknown as [z.core.$ZodTypeDiscriminable]) as unknown as z.ZodType<CommonSettings>;
}

/** The schema of the configuration file for these providers. */
export const fileSchema = (providers: readonly ProviderModule[]) =>
  z.strictObject({
    connections: z.array(connectionSchema(providers)).default([]),
    policy: Policy.prefault({}),
    /** Who may call over HTTP, and `local` over stdio. */
    callers: z.record(z.string().min(1), Caller).default({}),
    callerGroups: z.record(z.string().min(1), CallerGroup).default({}),
    /** The approvers outside the chat, each with the hash of a PIN or a TOTP secret. */
    approvers: z.record(z.string().min(1), z.strictObject({ pin: Secret.optional(), totp: Secret.optional() })).default({}),
    /** Receives a notification of every change that waits for approvers. */
    webhook: z.strictObject({ url: Secret, secret: Secret }).optional(),
    /** YAML file with the rules for changes; the built-in default without it. Read again when it changes. */
    policyFile: z.string().min(1).optional(),
    toolsets: z
      .array(z.enum(toolsetsOf(providers)))
      .min(1)
      .optional(),
    readOnly: z.boolean().optional(),
    /** JSON file of secret values by name, for `{ "secret": "name" }` in an input. */
    secretsFile: z.string().optional(),
    /** CSV or JSON file with the keys of devices by DevEUI. */
    keysFile: z.string().optional(),
    stateDir: z.string().optional(),
    /** URL of a PostgreSQL database that several servers share, `postgres://user@host/database`; instead of a file in the state directory. */
    store: Secret.optional(),
    /** With `store`: 32 bytes or more in hex or base64, equal on all servers. */
    sealKey: Secret.optional(),
    /** The key before `sealKey`, while keys are changed: plans that it has sealed stay valid. */
    formerSealKey: Secret.optional(),
    /** Days after which ended changes are deleted; their lines in the record stay. Kept for good when absent. */
    retentionDays: z.number().int().min(1).max(36_500).optional(),
    /** A file, preferably on another machine's disk, to which each head of the audit log is appended. */
    headsFile: z.string().min(1).optional(),
    log: z.strictObject({ format: z.enum(logFormats).optional(), level: z.enum(logLevels).optional() }).prefault({}),
    http: z
      .strictObject({
        host: z.string().optional(),
        allowedHosts: z.array(z.string()).default([]),
        allowedOrigins: z.array(z.string()).default([]),
        /** The public URL, for links to the console; its host and origin are allowed. */
        publicUrl: PublicUrl.optional(),
        /** Begins the ids of MCP sessions, for routing over several servers. */
        serverId: z
          .string()
          .regex(/^[A-Za-z0-9-]{1,32}$/, 'is 1 to 32 letters, digits and dashes, such as "a1"')
          .optional(),
      })
      .prefault({}),
  });

export type FileConfig = z.output<ReturnType<typeof fileSchema>>;
