/** Bundles the server: a guard that old Node versions can parse, the fast-start entry point, and the program in chunks that are loaded on use. */
import { chmod, copyFile, rm, writeFile } from 'node:fs/promises';
import { build, type Plugin } from 'esbuild';

import { manifest } from './manifest.ts';
import { noticesOf, packageFolders } from './notices.ts';

/** zod bundles its messages in some forty languages; only English is kept. */
const englishOnly: Plugin = {
  name: 'english-only',
  setup(bundler) {
    bundler.onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
      loader: 'js',
    }));
  },
};

await rm('dist', { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: { 'fast-start': 'src/fast-start/index.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  chunkNames: 'part-[hash]',
  bundle: true,
  splitting: true,
  minify: true,
  keepNames: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  plugins: [englishOnly],
  // undici calls require() inside the ESM bundle.
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
  logLevel: 'warning',
  metafile: true,
});
await writeFile('dist/THIRD-PARTY-NOTICES.txt', noticesOf(packageFolders(Object.keys(metafile.inputs))));
await writeFile('dist/manifest.json', JSON.stringify(await manifest()));
await copyFile('src/guard.mjs', 'dist/iot-ops-mcp.mjs');
await chmod('dist/iot-ops-mcp.mjs', 0o755);
