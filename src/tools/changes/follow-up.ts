import { type Change, type Status, waiting } from '../../store/change.ts';
import type { Context } from '../define.ts';

/** A change that ended so, or waits for a person, has sent nothing. */
const nothingSent: readonly Status[] = ['refused', 'failed', 'unchanged', ...waiting];

/** The change that undoes or resumes another one, if there is one that has sent anything. */
export async function followUpOf({ id, connection }: Change, how: 'undoes' | 'resumes', { gate }: Context): Promise<Change | undefined> {
  const { rows } = await gate.list({ connection }, undefined, 1000);
  return rows.find((one) => one[how] === id && !one.preview && !nothingSent.includes(one.status));
}
