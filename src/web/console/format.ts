/** Formatting of times, statuses and target facts for the console. */
import { html } from 'hono/html';

import { exactValue } from '../../approvers/target-text.ts';
import type { Change, Outcome, Status } from '../../store/change.ts';
import { relative } from '../../text/relative.ts';
import { quoteUntrusted, sanitize } from '../../text/sanitize.ts';

export type Html = ReturnType<typeof html>;

/** An instant (ms since 1970) in UTC, with the relative time. */
export function time(at: number, now: number): Html {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}"><span class="nowrap">${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC</span> <span class="quiet">(${relative(at, now)})</span></time>`;
}

type Tone = 'good' | 'busy' | 'bad' | 'calm';

const statusWords: Record<Status, [string, Tone]> = {
  planned: ['waiting', 'busy'],
  awaiting_approval: ['waiting', 'busy'],
  applying: ['in progress', 'busy'],
  accepted: ['accepted, not done yet', 'busy'],
  applied: ['done', 'good'],
  partial: ['partly done', 'bad'],
  unchanged: ['unchanged', 'calm'],
  failed: ['failed', 'bad'],
  refused: ['refused', 'calm'],
  unknown: ['outcome unknown', 'bad'],
};

const outcomeTones: Record<Outcome, Tone> = {
  planned: 'calm',
  unchanged: 'calm',
  sent: 'busy',
  pending: 'busy',
  applied: 'good',
  failed: 'bad',
  unsure: 'bad',
  'not sent': 'calm',
  'left out': 'bad',
};

const chip = (text: string, tone: string): Html => html`<span class="chip ${tone}">${text}</span>`;

/** The status as a colored label, with the reason if it adds anything. */
export function statusChip(status: Status, reason?: string): Html {
  const [word, tone] = statusWords[status];
  return chip(reason === undefined || reason === word ? word : `${word}: ${reason}`, tone);
}

/** The status label of a change at `now`; `expired` when it was not approved in time. */
export function stateChip({ status, reason, expires }: Change, now: number): Html {
  const isExpired = (status === 'planned' || status === 'awaiting_approval') && expires <= now;
  return isExpired ? chip('expired', 'calm') : statusChip(status, reason);
}

export const outcomeChip = (outcome: Outcome): Html => chip(outcome, outcomeTones[outcome]);

const effectWords: Record<string, string> = {
  write: 'changes a setting',
  billing: 'may cost money',
  disruptive: 'interrupts service',
  destructive: 'deletes',
  session: 'changes access',
};

/** Labels for the effects of a change. Irreversibility comes first. */
export function effectChips({ effects, irreversible, sandbox }: Pick<Change, 'effects' | 'irreversible' | 'sandbox'>): Html {
  return html`<span class="chips">${irreversible ? chip('⚠ cannot be undone', 'final') : ''}${effects.map((effect) =>
    chip(effectWords[effect] ?? effect, 'calm'),
  )}${sandbox ? chip('sandbox', 'sandbox') : ''}</span>`;
}

/** The facts of a target before the change and, where they differ, after it. */
export function factList(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>> = {}): Html {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return html`<dl class="facts">${names.map((name) => {
    const [old, next] = [before[name], after[name]];
    // A fact without a value before is not shown as changed.
    const changed = old !== undefined && next !== undefined && next !== old;
    return html`<div><dt>${sanitize(name, 40)}</dt><dd>${old === undefined ? exactValue(next ?? '') : quoteUntrusted(old, 120)}${
      changed ? html` <span class="arrow" aria-label="becomes">→</span> <strong>${exactValue(next)}</strong>` : ''
    }</dd></div>`;
  })}</dl>`;
}

/** Any text as one sanitized line. */
export const oneLine = (text: string, cap = 600): string => sanitize(text, cap);

/** A number with its noun in singular or plural. */
export const pluralize = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
