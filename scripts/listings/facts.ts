/** The facts about the published package, from which all its listings are printed. The version is the one of package.json. */
import { readFileSync } from 'node:fs';

import { version } from '../../src/tool-surface.ts';

/** The GitHub account or organisation that publishes. `npm run release:check` fails while it is the placeholder. */
export const repositoryOwner: string = 'owner-not-set';

export const ownerIsSet = repositoryOwner !== 'owner-not-set';

const packageName = 'iot-ops-mcp';
const repositoryUrl = `https://github.com/${repositoryOwner}/${packageName}`;

export const facts = {
  /** On npm, and of the bin. */
  packageName,
  version,
  /** Name of the server in client configurations. */
  serverName: 'iot-ops',
  title: 'IoT operations',
  /** At most 100 characters, the limit of the MCP registry. */
  summary: 'Operate an IoT fleet on ThingPark, ThingSpace and iot-x; every change is approved first.',
  author: 'The iot-ops-mcp maintainers',
  license: 'Apache-2.0',
  repositoryUrl,
  homepage: `${repositoryUrl}#readme`,
  bugsUrl: `${repositoryUrl}/issues`,
  /** Name in the MCP registry: its namespace belongs to the account. */
  mcpName: `io.github.${repositoryOwner}/${packageName}`,
  /** The least Node version, from `engines`. */
  node: (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { engines: { node: string } }).engines.node,
  keywords: ['mcp', 'model-context-protocol', 'iot', 'lorawan', 'thingpark', 'thingspace', 'iot-x', 'sim', 'connectivity', 'fleet'],
} as const;
