import { tags } from '../../clients/iotx/tags.ts';
import { minute } from '../../durations.ts';
import { nearest } from '../../vocabulary.ts';
import { warning } from '../document/approval-document.ts';
import { field, nothing, phrase, quoted } from '../document/phrase.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type PlannerContext, planner, type TargetState, type Warning } from '../planner.ts';
import { labelOf, policyAttributesOf, readSubscriber } from './subscribers.ts';

/** Adds a tag to subscribers that do not have it. */
export const addTag = planner({
  operation: tags.add,
  async inspect(inputs, at) {
    const targets = await mapWithConcurrency(inputs, async ({ path, body }): Promise<TargetState> => {
      const { target, carried } = await inspect(path.physicalId, body.tagName, at);
      return { ...target, verdict: carried.includes(body.tagName) ? 'unchanged' : 'change' };
    });
    return {
      targets,
      steps: inputs.filter((_, i) => targets[i]?.verdict === 'change').map((input) => ({ input, targets: [input.path.physicalId] })),
      effect: phrase`add the tag ${field('body.tagName')}`,
      noun: 'subscriber',
      effects: tags.add.effects,
      undo: phrase`removing the tag again`,
    };
  },
  async settle({ input }, at) {
    const { physicalId } = input.path;
    const on = (await tagsOf(physicalId, at)).includes(input.body.tagName);
    return [{ device: physicalId, outcome: on ? 'applied' : 'pending', after: { [input.body.tagName]: on ? 'on' : 'off' } }];
  },
  inverse: ({ input }, done) => ({
    operation: tags.remove,
    inputs: done.map(({ device }) => ({ path: { physicalId: device, tagName: input.body.tagName } })),
  }),
  settleTimeout: { ms: 2 * minute, onTimeout: 'failed' },
});

/** Removes a tag from subscribers that have it. */
export const removeTag = planner({
  operation: tags.remove,
  async inspect(inputs, at) {
    const warnings: Warning[] = [];
    const targets = await mapWithConcurrency(inputs, async ({ path }): Promise<TargetState> => {
      const { target, carried } = await inspect(path.physicalId, path.tagName, at);
      if (carried.includes(path.tagName)) return { ...target, verdict: 'change' };
      const near = nearest(path.tagName, carried);
      const nearestTag = near ? phrase`, nearest is ${quoted(near)}` : nothing;
      warnings.push(warning('no-such-tag', phrase`${quoted(path.physicalId)} carries no tag ${quoted(path.tagName)}${nearestTag}`));
      return { ...target, verdict: 'unchanged' };
    });
    return {
      targets,
      steps: inputs.filter((_, i) => targets[i]?.verdict === 'change').map((input) => ({ input, targets: [input.path.physicalId] })),
      effect: phrase`remove the tag ${field('path.tagName')}`,
      noun: 'subscriber',
      effects: tags.remove.effects,
      undo: phrase`adding the tag again`,
      warnings,
    };
  },
  async settle({ input }, at) {
    const { physicalId, tagName } = input.path;
    const on = (await tagsOf(physicalId, at)).includes(tagName);
    return [{ device: physicalId, outcome: on ? 'pending' : 'applied', after: { [tagName]: on ? 'on' : 'off' } }];
  },
  inverse: ({ input }, done) => ({
    operation: tags.add,
    inputs: done.map(({ device }) => ({ path: { physicalId: device }, body: { tagName: input.path.tagName } })),
  }),
  settleTimeout: { ms: 2 * minute, onTimeout: 'failed' },
});

async function inspect(physicalId: string, tagName: string, at: PlannerContext) {
  const subscriber = await readSubscriber(physicalId, at, 'path.physicalId');
  const carried = await tagsOf(physicalId, at);
  const before = { [tagName]: carried.includes(tagName) ? 'on' : 'off' };
  return {
    target: {
      device: physicalId,
      label: labelOf({ physicalId, nickname: subscriber.nickname }),
      before,
      ...policyAttributesOf(subscriber),
      groups: carried,
    },
    carried,
  };
}

async function tagsOf(physicalId: string, { connection, signal }: Pick<PlannerContext, 'connection' | 'signal'>): Promise<string[]> {
  return (await connection.call(tags.ofSubscriber, { path: { physicalId } }, { signal })).map(({ tagName }) => tagName);
}
