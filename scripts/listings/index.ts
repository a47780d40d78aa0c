/** The files by which hosts and registries find the package, as printed by `npm run docs`. */
import { iconSvg } from '../../src/server/icon.ts';
import { dockerfile } from './dockerfile.ts';
import { claudeMarketplace, claudePlugin, geminiExtension, serverJson } from './hosts.ts';
import { packageJson } from './package-json.ts';

/** The text of each file by its path in the repository. */
export function listings(): Record<string, string> {
  return {
    'package.json': packageJson(),
    'server.json': serverJson(),
    '.claude-plugin/plugin.json': claudePlugin(),
    '.claude-plugin/marketplace.json': claudeMarketplace(),
    'gemini-extension.json': geminiExtension(),
    Dockerfile: dockerfile(),
    'assets/icon.svg': `${iconSvg}\n`,
  };
}
