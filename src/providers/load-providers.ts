/** Loads the layers of the providers and derives from them what is one list for all. */
import { makePlanners, type Planners } from '../changes/planners.ts';
import { type Catalogue, makeCatalogue } from '../clients/catalogue.ts';
import type { Prompt } from '../prompts/define.ts';
import { makePrompts } from '../prompts/index.ts';
import type { SandboxProvider } from '../sandbox/handler.ts';
import type { AnyTool } from '../tools/define.ts';
import { makeTools } from '../tools/index.ts';
import type { ProviderLayers, ProviderModule } from './provider-module.ts';

export interface Loaded {
  /** The layers of a provider by its name; throws where there is no such provider. */
  layersOf(provider: string): ProviderLayers;
  catalogue: Catalogue;
  planners: Planners;
  tools: readonly AnyTool[];
  prompts: readonly Prompt[];
}

export async function loadProviders(modules: readonly ProviderModule[]): Promise<Loaded> {
  const loaded = await Promise.all(modules.map(async (module) => ({ name: module.name, ...(await module.load()) })));
  const catalogue = makeCatalogue(loaded.map(({ client }) => client.contracts));
  return {
    layersOf(provider) {
      const found = loaded.find(({ name }) => name === provider);
      if (found) return found;
      throw new Error(`there is no provider ${provider}; there are ${modules.map(({ name }) => name).join(', ')}`);
    },
    catalogue,
    planners: makePlanners(
      loaded.flatMap(({ planners }) => planners),
      catalogue,
    ),
    tools: makeTools(loaded),
    prompts: makePrompts(loaded),
  };
}

export function loadSandboxes(modules: readonly ProviderModule[]): Promise<readonly SandboxProvider[]> {
  return Promise.all(modules.map((module) => module.loadSandbox()));
}
