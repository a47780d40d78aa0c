/** The files by which hosts and registries find the package, as printed by `npm run docs`. */
import { packageJson } from './package-json.ts';

/** The text of each file by its path in the repository. */
export function listings(): Record<string, string> {
  return { 'package.json': packageJson() };
}
