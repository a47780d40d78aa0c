/** Bundles the program with all packages that it uses, so that a published package has no dependencies. */
import { build, type Metafile, type Plugin } from 'esbuild';

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

/** Of our package.json the program needs the version; the rest of the file stays out of the bundle. */
const versionOnly = (version: string): Plugin => ({
  name: 'version-only',
  setup(bundler) {
    bundler.onLoad({ filter: /package\.json$/ }, ({ path }) =>
      path.includes('node_modules') ? undefined : { contents: JSON.stringify({ version }), loader: 'json' },
    );
  },
});

/** Bundles into `outdir`, or nowhere with `write: false`, and gives esbuild's account of what went into which file. */
export async function bundle(version: string, outdir: string, write = true): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: { 'fast-start': 'src/fast-start/index.ts' },
    outdir,
    write,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'part-[hash]',
    bundle: true,
    splitting: true,
    minify: true,
    keepNames: true,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    plugins: [englishOnly, versionOnly(version)],
    // undici calls require() inside the ESM bundle.
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
  return metafile;
}
