/** Opening requests answered from what the build wrote down; anything else, or anything odd, is left to the program behind. */
import { isObject } from '../text/is-object.ts';
import { isOffered, type PartialConfig, serverInstructions, type ToolTraits } from '../tool-surface.ts';

/** Written by scripts/build.ts from the program's own answers. */
export interface Manifest {
  /** 2025-era revisions that `initialize` may name. */
  legacyVersions: string[];
  modernVersion: string;
  initialize: Record<string, unknown>;
  discover: Record<string, unknown>;
  legacyList: Record<string, unknown>;
  modernList: Record<string, unknown>;
  /** In the order of the list. */
  traits: ToolTraits[];
}

interface Message {
  jsonrpc?: unknown;
  id?: unknown;
  method?: unknown;
  params?: { protocolVersion?: unknown; cursor?: unknown; _meta?: Record<string, unknown> };
}

const meta = 'io.modelcontextprotocol/';

/** Answers one message as the program would, or undefined. Remembers which era the client opened. */
export function makeResponder(manifest: Manifest, sketch: PartialConfig): (message: Message) => Record<string, unknown> | undefined {
  const instructions = serverInstructions(sketch);
  let era: 'legacy' | 'modern' | undefined;
  const listed = (list: Record<string, unknown>): Record<string, unknown> => ({
    ...list,
    tools: (list['tools'] as unknown[]).filter((_, i) => manifest.traits[i] && isOffered(manifest.traits[i], sketch)),
  });
  const resultOf = ({ method, params }: Message): Record<string, unknown> | undefined => {
    const modern = params?._meta?.[`${meta}protocolVersion`];
    if (method === 'initialize' && era === undefined && modern === undefined) {
      const version = params?.protocolVersion;
      if (typeof version !== 'string' || !manifest.legacyVersions.includes(version)) return undefined;
      era = 'legacy';
      return { ...manifest.initialize, protocolVersion: version, instructions };
    }
    if (
      modern === manifest.modernVersion &&
      era !== 'legacy' &&
      isObject(params?._meta?.[`${meta}clientCapabilities`]) &&
      isObject(params?._meta?.[`${meta}clientInfo`])
    ) {
      if (method === 'server/discover') return { ...manifest.discover, instructions };
      if (method === 'tools/list' && params?.cursor === undefined) {
        era = 'modern';
        return listed(manifest.modernList);
      }
      return undefined;
    }
    if (method === 'tools/list' && era === 'legacy' && modern === undefined && params?.cursor === undefined)
      return listed(manifest.legacyList);
    return undefined;
  };
  return (message) => {
    const { jsonrpc, id } = message;
    if (jsonrpc !== '2.0' || (typeof id !== 'number' && typeof id !== 'string')) return undefined;
    const result = resultOf(message);
    return result && { result, jsonrpc: '2.0', id };
  };
}
