/** `iot-ops-mcp tools`: prints the tools that an assistant would be offered. */
import { toolListing } from '../tools/tool-listing.ts';
import { bootstrap, createProduct } from './bootstrap.ts';
import type { Options } from './options.ts';
import { printLine } from './print.ts';

export async function printTools(options: Options): Promise<void> {
  const product = await createProduct(await bootstrap(options), options);
  for (const tool of product.tools) {
    const { annotations } = toolListing(tool);
    printLine(
      `${tool.name.padEnd(26)} ${tool.toolset.padEnd(11)} ${annotations?.readOnlyHint ? 'read  ' : annotations?.destructiveHint ? 'CHANGE' : 'change'}  ${tool.title}`,
    );
  }
}
