/** Packs release/iot-ops-mcp-<version>.mcpb of what is built. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { facts } from './listings/facts.ts';
import { mcpb } from './listings/mcpb.ts';

const root = resolve(import.meta.dirname, '..');
const path = `release/${facts.packageName}-${facts.version}.mcpb`;
mkdirSync(resolve(root, 'release'), { recursive: true });
writeFileSync(resolve(root, path), mcpb(root));
process.stderr.write(`packed ${path}\n`);
