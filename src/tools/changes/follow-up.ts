import { type Change, type Status, waitingStatuses } from '../../store/change.ts';
import type { ToolContext } from '../define.ts';

/** Statuses of a change that has sent nothing: it ended before sending or waits for an approval. */
const nothingSent: readonly Status[] = ['refused', 'failed', 'unchanged', ...waitingStatuses];

/** The change that undoes or resumes the given one and has sent a request, if there is one. Previews do not count. */
export async function followUpOf(
  { id, connection }: Change,
  how: 'undoes' | 'resumes',
  { gate }: ToolContext,
): Promise<Change | undefined> {
  const { rows } = await gate.list({ connection }, undefined, 1000);
  return rows.find((one) => one[how] === id && !one.preview && !nothingSent.includes(one.status));
}
