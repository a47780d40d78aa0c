/** `iot-ops-mcp tools`: what an assistant would be offered. */
import { listing } from '../tools/listing.ts';
import { groundOf, productOn } from './ground.ts';
import type { Options } from './options.ts';

export async function tools(options: Options): Promise<void> {
  const product = await productOn(await groundOf(options), options);
  for (const tool of product.tools) {
    const { annotations } = listing(tool);
    process.stdout.write(
      `${tool.name.padEnd(26)} ${tool.toolset.padEnd(11)} ${annotations?.readOnlyHint ? 'read  ' : annotations?.destructiveHint ? 'CHANGE' : 'change'}  ${tool.title}\n`,
    );
  }
}
