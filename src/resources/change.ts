import { changeText, changeView } from '../changes/view.ts';
import { type Resource, WithText } from './define.ts';

export const changeResource: Resource = {
  name: 'change',
  title: 'A change',
  description: 'The current state of one change: what was planned, approved and sent, and the outcome of each target.',
  uri: 'iot://changes/{id}',
  sameAs: { name: 'get_change', toolset: 'changes' },
  async read({ id }, { changes }, signal) {
    const change = await changes.waitUntilSettled(id ?? '', 0, signal);
    return change && new WithText({ change: changeView(change) }, changeText(change));
  },
  complete: {
    async id(typed, { changes }) {
      const { rows } = await changes.list({}, undefined, 200);
      return rows.map((one) => one.id).filter((id) => id.startsWith(typed));
    },
  },
};
