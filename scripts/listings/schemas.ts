/** What hosts and registries accept, as far as our files use it. Unknown members are errors in both. */
import { z } from 'zod';

const link = z.url({ protocol: /^https$/ });

/** Manifest 0.3 of MCP bundles, after github.com/modelcontextprotocol/mcpb (MANIFEST.md and its own validator), read 2026-11-27. */
export const McpbManifest = z.strictObject({
  manifest_version: z.literal('0.3'),
  name: z.string().regex(/^[a-z0-9-]+$/),
  display_name: z.string().min(1),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  description: z.string().min(1),
  author: z.strictObject({ name: z.string().min(1) }),
  repository: z.strictObject({ type: z.literal('git'), url: link }),
  homepage: link,
  documentation: link,
  support: link,
  license: z.string(),
  keywords: z.array(z.string()),
  icon: z.string(),
  server: z.strictObject({
    type: z.literal('node'),
    entry_point: z.string(),
    mcp_config: z.strictObject({ command: z.string(), args: z.array(z.string()), env: z.record(z.string(), z.string()) }),
  }),
  tools_generated: z.boolean(),
  prompts_generated: z.boolean(),
  compatibility: z.strictObject({
    platforms: z.array(z.enum(['darwin', 'win32', 'linux'])),
    runtimes: z.strictObject({ node: z.string() }),
  }),
  user_config: z.record(
    z.string().regex(/^[a-z0-9_]+$/),
    z.strictObject({
      type: z.enum(['string', 'number', 'boolean', 'directory', 'file']),
      title: z.string().min(1),
      description: z.string().min(1),
      required: z.boolean(),
      sensitive: z.boolean().optional(),
    }),
  ),
});
export type McpbManifest = z.infer<typeof McpbManifest>;

/** A version, not a range and not `latest`. */
const exactVersion = z.string().regex(/^\d+\.\d+\.\d+(-[\w.]+)?$/);

/** `server.json` of the MCP registry: schema 2025-12-11 of github.com/modelcontextprotocol/registry, read 2026-11-27. */
export const ServerJson = z.strictObject({
  $schema: z.literal('https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json'),
  name: z
    .string()
    .min(3)
    .max(200)
    .regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
  title: z.string().min(1).max(100),
  description: z.string().min(1).max(100),
  version: exactVersion,
  websiteUrl: link,
  repository: z.strictObject({ url: link, source: z.literal('github') }),
  icons: z.array(
    z.strictObject({
      src: link.max(255),
      mimeType: z.enum(['image/png', 'image/jpeg', 'image/svg+xml', 'image/webp']),
      sizes: z.array(z.string().regex(/^(\d+x\d+|any)$/)),
    }),
  ),
  packages: z.array(
    z.strictObject({
      registryType: z.literal('npm'),
      registryBaseUrl: link,
      identifier: z.string(),
      version: exactVersion,
      runtimeHint: z.literal('npx'),
      transport: z.strictObject({ type: z.literal('stdio') }),
      packageArguments: z.array(z.strictObject({ type: z.literal('positional'), value: z.string() })),
      environmentVariables: z.array(
        z.strictObject({
          name: z.string(),
          description: z.string(),
          isRequired: z.boolean(),
          isSecret: z.boolean(),
          format: z.enum(['string', 'filepath']),
        }),
      ),
    }),
  ),
});
