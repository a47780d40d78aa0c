/** What tool calls answer. */
import type { CallToolResult } from '@modelcontextprotocol/server';

import { changeText, changeView, nextOf } from '../changes/view.ts';
import { CallError, Refusal } from '../clients/http/errors.ts';
import type { Logger } from '../log.ts';
import type { Change } from '../store/change.ts';
import { StoreFailed } from '../store/store-failed.ts';
import type { Redactor } from '../text/redact.ts';
import { sanitize } from '../text/sanitize.ts';
import type { ToolResult } from './define.ts';

/** The member of an error's `_meta` with `kind`, `message`, `next` and, for bad input, `field`. */
export const errorMeta = 'iot-ops-mcp/error';

export function changeResult(planned: Change): CallToolResult {
  const result: CallToolResult = {
    content: [{ type: 'text', text: changeText(planned, nextOf(planned)) }],
    structuredContent: { change: changeView(planned) },
  };
  return planned.status === 'failed' || planned.status === 'refused' ? { ...result, isError: true } : result;
}

export function readResult(answer: ToolResult): CallToolResult {
  const result: CallToolResult = { content: [{ type: 'text', text: answer.text }], structuredContent: answer.structured };
  return answer.isError ? { ...result, isError: true } : result;
}

/** The answer with what was not understood in it: as lines of its text and as `notes`. */
export function withNotes(result: CallToolResult, notes: readonly string[]): CallToolResult {
  const first = result.content[0];
  if (notes.length === 0 || first?.type !== 'text') return result;
  const said = notes.map((note) => sanitize(note, 300));
  const { notes: own } = (result.structuredContent ?? {}) as { notes?: unknown };
  return {
    ...result,
    content: [{ ...first, text: [first.text, ...said].join('\n') }, ...result.content.slice(1)],
    ...(result.structuredContent
      ? { structuredContent: { ...result.structuredContent, notes: [...(Array.isArray(own) ? own : []), ...said] } }
      : {}),
  };
}

/** The client cancelled the call or disconnected: nothing receives the answer, and it is not an error of the server. */
export function abortedCall(error: unknown, signal: AbortSignal): Refusal | undefined {
  if (!signal.aborted || error !== signal.reason) return undefined;
  return new Refusal('the call was broken off', 'Whatever it had sent is followed to its end: list_changes tells.');
}

/**
 * The answer to a call that failed. It carries no `structuredContent`: clients of the older SDK check that against the tool's output
 * schema also for errors, and would hide the text. The same facts stand in `_meta` for programs. `redactor` knows the secrets of the input too.
 */
export function errorResult(error: unknown, { redactor, log }: { redactor: Redactor; log: Logger }): CallToolResult {
  const known = error instanceof CallError || error instanceof StoreFailed ? error : undefined;
  const message = known?.message ?? 'an unexpected problem inside the server; its log on stderr says more';
  const next = known?.next ?? 'Try again; if it stays, tell the operator.';
  const field = error instanceof Refusal ? error.field : undefined;
  if (!known) log.error(redactor.text(error instanceof Error ? (error.stack ?? error.message) : String(error)));
  return redactor.value({
    isError: true,
    content: [{ type: 'text', text: `${message}${/[.!?]$/.test(message) ? '' : '.'} ${next}` }],
    _meta: { [errorMeta]: { kind: known?.name ?? 'Unexpected', message, next, ...(field ? { field } : {}) } },
  });
}
