/** Builds dist/: a guard that old Node versions can parse, the fast-start entry point, the program in chunks that are loaded on use, and notices. */
import { chmod, copyFile, rm, writeFile } from 'node:fs/promises';

import { version } from '../src/tool-surface.ts';
import { bundle } from './bundle.ts';
import { manifest } from './manifest.ts';
import { bundledFiles, noticesOf } from './notices.ts';

await rm('dist', { recursive: true, force: true });
const metafile = await bundle(version, 'dist');
await writeFile('dist/manifest.json', JSON.stringify(await manifest()));
await writeFile('dist/THIRD-PARTY-NOTICES.txt', noticesOf(bundledFiles(metafile)));
await copyFile('src/guard.mjs', 'dist/iot-ops-mcp.mjs');
await chmod('dist/iot-ops-mcp.mjs', 0o755);
