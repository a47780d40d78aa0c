/** What a description of a tool must say: what, when, when not, and what comes back. Parameters: see schemas.test.ts. */
import { describe, expect, it } from 'vitest';

import type { AnyTool } from '../../src/tools/define.ts';
import { tools } from '../support/providers.ts';

type Described = Pick<AnyTool, 'name' | 'title' | 'description' | 'kind' | 'output'>;

const names = new Set(tools.map(({ name }) => name));
/** Verbs of a read's first word: they say that a list, one object or a request id comes back. */
const readVerbs = /^(Lists|Finds|Reads|Shows|Searches|Runs|Asks) /;

/** The other tools that a description names: where to go instead, before or afterwards. */
const siblings = ({ name, description }: Described): string[] =>
  [...description.matchAll(/\b[a-z]+(?:_[a-z]+)+\b/g)].map(([word]) => word).filter((word) => word !== name && names.has(word));

function faults(tool: Described): string[] {
  const { name, title, description } = tool;
  const found: string[] = [];
  if (!/^[a-z]+(_[a-z]+)+$/.test(name) || name.length > 64) found.push('the name is not verb_noun of at most 64 characters');
  if (!/^[A-Z][^.]{2,40}$/.test(title)) found.push('the title is not a short phrase');
  if (description.length < 60 || description.length > 320)
    found.push(`the description has ${description.length} characters, not 60 to 320`);
  if (!/^[A-Z][a-z]+s /.test(description)) found.push('what: the description does not begin with a verb such as "Lists"');
  if (!description.endsWith('.')) found.push('the description does not end with a full stop');
  if (siblings(tool).length === 0) found.push('when not: the description names no other tool');
  if (tool.kind === 'read' && !readVerbs.test(description))
    found.push('what comes back: a read begins with Lists, Finds, Reads, Shows or Searches');
  if (tool.kind === 'read' && /^(Lists|Shows|Finds)/.test(title)) found.push('the title repeats the description; it is an imperative');
  return found;
}

const words = (text: string): Set<string> => new Set(text.toLowerCase().match(/[a-z]{3,}/g) ?? []);

/** The share of words that two descriptions have in common. */
function likeness(a: string, b: string): number {
  const [one, two] = [words(a), words(b)];
  const common = [...one].filter((word) => two.has(word)).length;
  return common / (one.size + two.size - common);
}

describe('descriptions of tools', () => {
  it('every tool says what it does, which tool to use instead or afterwards, and what comes back', () => {
    expect(tools.flatMap((tool) => faults(tool).map((fault) => `${tool.name}: ${fault}`))).toEqual([]);
  });

  it('every tool that a description names exists', () => {
    const verbs = [...new Set([...names].map((name) => name.split('_')[0]))].join('|');
    const named = tools.flatMap(({ name, description }) =>
      [...description.matchAll(new RegExp(`\\b(?:${verbs})(?:_[a-z]+)+\\b`, 'g'))].map(([word]) => ({ name, word })),
    );
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter(({ word }) => !names.has(word))).toEqual([]);
  });

  it('no two descriptions are nearly alike', () => {
    const alike = tools.flatMap((one, i) =>
      tools.slice(i + 1).flatMap((two) => (likeness(one.description, two.description) > 0.6 ? [`${one.name} and ${two.name}`] : [])),
    );
    expect(alike).toEqual([]);
  });

  it('the checks of descriptions find what they are for', () => {
    const bad = {
      name: 'things',
      title: 'Lists things.',
      description: 'Useful for things',
      kind: 'read',
      output: tools[0]?.output,
    } as Described;
    expect(faults(bad)).toEqual([
      'the name is not verb_noun of at most 64 characters',
      'the title is not a short phrase',
      'the description has 17 characters, not 60 to 320',
      'what: the description does not begin with a verb such as "Lists"',
      'the description does not end with a full stop',
      'when not: the description names no other tool',
      'what comes back: a read begins with Lists, Finds, Reads, Shows or Searches',
      'the title repeats the description; it is an imperative',
    ]);
    expect(likeness('Lists the plans of an account', 'Lists the plans of one account')).toBeGreaterThan(0.6);
  });
});
