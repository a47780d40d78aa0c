/** Bundles the server into one file behind a guard that old versions of Node can read. */
import { chmod, copyFile } from 'node:fs/promises';
import { build } from 'esbuild';

await build({
  entryPoints: ['src/main.ts'],
  outfile: 'dist/app.mjs',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  // undici reaches for require inside an ESM bundle
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
  logLevel: 'warning',
});
await copyFile('src/guard.mjs', 'dist/iot-ops-mcp.mjs');
await chmod('dist/iot-ops-mcp.mjs', 0o755);
