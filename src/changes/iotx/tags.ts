import { tags } from '../../clients/iotx/tags.ts';
import { quoted } from '../../text/fence.ts';
import { nearest } from '../../vocabulary.ts';
import { each } from '../each.ts';
import { type At, planner, type Seen } from '../planner.ts';
import { labelOf, readSubscriber, traitsOf } from './subscribers.ts';

const minute = 60_000;

/** Adds a tag to subscribers that do not have it. */
export const addTag = planner({
  operation: tags.add,
  async look(inputs, at) {
    const targets = await each(inputs, async ({ path, body }): Promise<Seen> => {
      const { target, carried } = await inspect(path.physicalId, body.tagName, at);
      return { ...target, verdict: carried.includes(body.tagName) ? 'unchanged' : 'change' };
    });
    const names = [...new Set(inputs.map(({ body }) => quoted(body.tagName)))];
    return {
      targets,
      steps: inputs.filter((_, i) => targets[i]?.verdict === 'change').map((input) => ({ input, targets: [input.path.physicalId] })),
      effect: `add the tag ${names.join(' and ')}`,
      noun: 'subscriber',
      effects: tags.add.effects,
      undo: 'removing the tag again',
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
  patience: { ms: 2 * minute, silence: 'failed' },
});

/** Removes a tag from subscribers that have it. */
export const removeTag = planner({
  operation: tags.remove,
  async look(inputs, at) {
    const warnings: string[] = [];
    const targets = await each(inputs, async ({ path }): Promise<Seen> => {
      const { target, carried } = await inspect(path.physicalId, path.tagName, at);
      if (carried.includes(path.tagName)) return { ...target, verdict: 'change' };
      const near = nearest(path.tagName, carried);
      warnings.push(`${path.physicalId} carries no tag ${quoted(path.tagName)}${near ? `, nearest is ${quoted(near)}` : ''}`);
      return { ...target, verdict: 'unchanged' };
    });
    const names = [...new Set(inputs.map(({ path }) => quoted(path.tagName)))];
    return {
      targets,
      steps: inputs.filter((_, i) => targets[i]?.verdict === 'change').map((input) => ({ input, targets: [input.path.physicalId] })),
      effect: `remove the tag ${names.join(' and ')}`,
      noun: 'subscriber',
      effects: tags.remove.effects,
      undo: 'adding the tag again',
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
  patience: { ms: 2 * minute, silence: 'failed' },
});

async function inspect(physicalId: string, tagName: string, at: At) {
  const subscriber = await readSubscriber(physicalId, at, 'path.physicalId');
  const carried = await tagsOf(physicalId, at);
  const before = { [tagName]: carried.includes(tagName) ? 'on' : 'off' };
  return {
    target: {
      device: physicalId,
      label: labelOf({ physicalId, nickname: subscriber.nickname }),
      before,
      ...traitsOf(subscriber),
      groups: carried,
    },
    carried,
  };
}

async function tagsOf(physicalId: string, { connection, signal }: Pick<At, 'connection' | 'signal'>): Promise<string[]> {
  return (await connection.call(tags.ofSubscriber, { path: { physicalId } }, { signal })).map(({ tagName }) => tagName);
}
