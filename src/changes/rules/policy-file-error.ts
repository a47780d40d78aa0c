/** Error messages of a policy file, with line numbers, for the operator who wrote it. */
import { type Document, isMap, isNode, isScalar, type LineCounter } from 'yaml';
import type { z } from 'zod';

import { nearest } from '../../vocabulary.ts';

/** A policy file that cannot be parsed. Its message has one line per problem. */
export class PolicyFileError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

type Path = readonly PropertyKey[];

const kinds: Record<string, string> = { rules: 'rule', budgets: 'budget', freeze: 'freeze' };

/** Each issue as `line 7, rule "gates": when.effect: ... Example: ...`. */
export function problemsIn(error: z.ZodError, document: Document, lines: LineCounter, examples: ReadonlyMap<string, string>): string[] {
  const known = [...examples.keys()];
  const paths = error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path],
  );
  // The message about a parent adds nothing if one of its members has a message.
  const hasInner = (path: Path): boolean => paths.some((other) => other.length > path.length && path.every((part, i) => part === other[i]));
  return error.issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') {
      if (hasInner(issue.path)) return [];
      const field = issue.path.findLast((part) => typeof part === 'string');
      return sentence(issue.path, issue.message, typeof field === 'string' ? examples.get(field) : undefined);
    }
    return issue.keys.map((key) => {
      const near = nearest(
        key,
        known.filter((one) => one !== key),
      );
      const hint = known.includes(key) ? ' here, it belongs elsewhere' : near ? `, nearest is ${near}` : '';
      return sentence([...issue.path, key], `is unknown${hint}`, examples.get(known.includes(key) ? key : (near ?? '')));
    });
  });

  function sentence(path: Path, what: string, example: string | undefined): string {
    const [top, index] = path;
    const kind = typeof index === 'number' ? kinds[String(top)] : undefined;
    const name = kind && document.getIn([top, index, 'name']);
    const of = kind ? `, ${kind} ${typeof name === 'string' && name !== '' ? `"${name.slice(0, 80)}"` : Number(index) + 1}` : '';
    const field = path
      .slice(kind ? 2 : 0)
      .filter((part) => typeof part === 'string')
      .join('.');
    const where = `line ${lineOf(path, document, lines)}${of}`;
    return `${where}: ${field ? `${field} ` : ''}${what}.${example ? ` Example: ${example}` : ''}`.replace('  ', ' ');
  }
}

/** The line of the key, or else of the value, or else of the nearest enclosing node. */
function lineOf(path: Path, document: Document, lines: LineCounter): number {
  for (let depth = path.length; depth >= 0; depth--) {
    const parent: unknown = depth === 0 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    const last = path[depth - 1];
    const key = isMap(parent) ? parent.items.find((pair) => isScalar(pair.key) && pair.key.value === String(last))?.key : undefined;
    const node = isNode(key) ? key : document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
