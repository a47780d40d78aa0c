/** The sandbox on a port, with one member of its answers altered: removed, null, of another type, or doubled. */
import type { AnyTool } from '../../src/tools/define.ts';
import { startPortClient } from './sandbox-on-port.ts';
import type { ToolAnswer } from './test-server.ts';

export const alterations = ['removed', 'null', 'text', 'number', 'list', 'object', 'doubled'] as const;
export interface Alteration {
  kind: (typeof alterations)[number];
  /** Selects the member, modulo the number of members. */
  member: number;
}

export interface AlteredProviders {
  tools: readonly AnyTool[];
  call(tool: AnyTool, alteration?: Alteration): Promise<ToolAnswer>;
}

interface Member {
  of: Record<string, unknown>;
  name: string;
}

function membersOf(value: unknown): Member[] {
  if (Array.isArray(value)) return value.flatMap(membersOf);
  if (value === null || typeof value !== 'object') return [];
  const of = value as Record<string, unknown>;
  return Object.keys(of).flatMap((name) => [{ of, name }, ...membersOf(of[name])]);
}

/** Alters one member in place. */
export function alter(answer: unknown, { kind, member }: Alteration): void {
  const members = membersOf(answer);
  const chosen = members[member % Math.max(1, members.length)];
  if (!chosen) return;
  const { of, name } = chosen;
  const was = of[name];
  if (kind === 'removed') delete of[name];
  else if (kind === 'null') of[name] = null;
  else if (kind === 'text') of[name] = 'n/a';
  else if (kind === 'number') of[name] = 5;
  else if (kind === 'list') of[name] = ['x'];
  else if (kind === 'object') of[name] = { x: 1 };
  else of[name] = Array.isArray(was) ? [...was, ...was] : [was, was];
}

/** Calls whose example filters: an altered member would change what matches. */
const plainInputs: Record<string, Record<string, unknown>> = { list_devices: { limit: 200 } };

export async function makeAlteredProviders(): Promise<AlteredProviders> {
  let alteration: Alteration | undefined;
  const { product, call } = await startPortClient({
    between: {
      alter(answer) {
        if (alteration && typeof answer === 'object') alter(answer, alteration);
      },
    },
  });
  return {
    tools: product.tools.filter((tool) => tool.kind === 'read'),
    async call(tool, how) {
      alteration = how;
      try {
        return await call(tool.name, plainInputs[tool.name] ?? (tool.example as Record<string, unknown>));
      } finally {
        alteration = undefined;
      }
    },
  };
}

/** The rows of an answer: its longest list of objects. */
function rowsOf({ structured }: ToolAnswer): number | undefined {
  const lists = Object.entries(structured ?? {}).filter(([name, value]) => Array.isArray(value) && name !== 'notes' && name !== 'failures');
  return lists.length === 0 ? undefined : Math.max(...lists.map(([, value]) => (value as unknown[]).length));
}

/** What is untrue in the answer to a read whose provider altered one member; undefined if nothing is. */
export function untruth(plain: ToolAnswer, altered: ToolAnswer): string | undefined {
  if (altered.structured?.error?.kind === 'Unexpected') return `unexpected: ${altered.text}`;
  if (altered.isError || plain.isError) return undefined;
  const before = rowsOf(plain);
  const after = rowsOf(altered);
  if (before === undefined || after === undefined || after >= before) return undefined;
  // It joins two lists by the name of the product: altered names may coincide.
  if (after > 0 && altered.text.includes(' products on ')) return undefined;
  const { notes, incomplete, failures } = altered.structured as Record<string, unknown>;
  if (notes || incomplete || failures) return undefined;
  return `${before - after} of ${before} rows are missing without a word: ${altered.text}`;
}
