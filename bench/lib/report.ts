/** The result of a measurement, and the page of all results. */
import { cpus } from 'node:os';

import { median } from './stats.ts';

export interface Row {
  what: string;
  /** The target in words; absent when there is none. */
  target?: string;
  measured: string;
  /** Absent where no target is set or nothing could be measured. */
  met?: boolean;
  /** Why a target is out of reach, where that is known; printed only when it was missed. */
  why?: string;
}

export interface Section {
  title: string;
  /** What was compared with what. */
  compared: string;
  rows: Row[];
}

/** How many repetitions to measure. */
export interface Counts {
  quick: boolean;
  /** The full count, or the small one with --quick. */
  of(full: number, quick: number): number;
}

type Unit = 'x' | 'ms' | 'MB' | 'tokens' | '%' | 'requests' | '';

interface Bound {
  unit?: Unit;
  below?: number;
  atLeast?: number;
  atMost?: number;
  /** See `Row.why`. */
  why?: string;
}

const digits: Record<Unit, number> = { x: 2, ms: 3, MB: 0, tokens: 0, '%': 2, requests: 0, '': 2 };

function format(value: number, unit: Unit): string {
  const text = value.toLocaleString('en', { minimumFractionDigits: digits[unit], maximumFractionDigits: digits[unit] });
  return unit === '' ? text : unit === '%' || unit === 'x' ? `${text} ${unit}` : text;
}

/** A row with one value per round: the median and the range. */
export function row(what: string, values: readonly number[], bound: Bound = {}): Row {
  const { unit = 'x', below, atLeast, atMost, why } = bound;
  const middle = median(values);
  const name = unit === 'x' || unit === '%' || unit === '' ? '' : ` ${unit}`;
  const spread = values.length > 1 ? ` (${format(Math.min(...values), unit)} to ${format(Math.max(...values), unit)})` : '';
  const measured = `${format(middle, unit)}${spread}${name}`;
  const limit = (value: number): string => `${value.toLocaleString('en')}${unit === '' ? '' : ` ${unit}`}`;
  const targets = [
    ...(below === undefined ? [] : [`< ${limit(below)}`]),
    ...(atLeast === undefined ? [] : [`≥ ${limit(atLeast)}`]),
    ...(atMost === undefined ? [] : [`≤ ${limit(atMost)}`]),
  ];
  if (targets.length === 0) return { what, measured };
  const met =
    (below === undefined || middle < below) && (atLeast === undefined || middle >= atLeast) && (atMost === undefined || middle <= atMost);
  return { what, measured, target: targets.join(', '), met, ...(why ? { why } : {}) };
}

/** A row for something that could not be measured here, with the reason. */
export function notMeasured(what: string, why: string): Row {
  return { what, measured: `not measured: ${why}` };
}

const line = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;

function verdict({ target, met }: Row): string {
  return target === undefined || met === undefined ? '' : met ? 'met' : '**missed**';
}

function sectionText({ title, compared, rows }: Section): string {
  const table = rows.map((one) => line([one.what, one.target ?? 'none set', one.measured, verdict(one)]));
  return [
    `## ${title}`,
    compared,
    [line(['what', 'target', 'measured', '']), line(['---', '---', '---', '---']), ...table].join('\n'),
  ].join('\n\n');
}

function missedText(sections: readonly Section[]): string {
  const missed = sections.flatMap((section) => section.rows.filter((one) => one.met === false).map((one) => ({ section, one })));
  const lines = missed.map(
    ({ section, one }) => `- ${section.title}: ${one.what}: ${one.measured}, target ${one.target}.${one.why ? ` ${one.why}` : ''}`,
  );
  return ['## Missed targets', missed.length === 0 ? 'None in this run.' : lines.join('\n')].join('\n\n');
}

/** The whole page, as markdown. */
export function page(sections: readonly Section[], quick: boolean): string {
  return [
    '# Performance',
    `Printed by \`npm run bench\`; do not edit.${quick ? ' This was a quick run with small counts and is not a measurement.' : ''}`,
    `Node ${process.version}, ${process.platform}, ${cpus().length} cores. Every figure is the median of interleaved rounds, with minimum and maximum in parentheses. Ratios are comparable, milliseconds depend on the machine. Server, provider and client share the cores.`,
    ...sections.map(sectionText),
    missedText(sections),
  ].join('\n\n');
}
