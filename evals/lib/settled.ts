import type { ServedWorld } from '../../src/sandbox/make-world.ts';
import type { Answer, Assistant } from './assistant.ts';

/** Waits until a change has ended, as an assistant does that follows it; carries out the plan first where one waits. */
export async function settled(assistant: Assistant, world: ServedWorld, answer: Answer): Promise<Answer> {
  const sent = answer.change?.status === 'planned' ? ((await assistant.confirm(answer)) ?? answer) : answer;
  await world.clock.sleep(120_000);
  if (!sent.change) return sent;
  return (await assistant.tool('get_change', { change: sent.change.id, waitSeconds: 20 })) ?? sent;
}
