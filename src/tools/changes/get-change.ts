import { z } from 'zod';

import { changeText, changeView, historyOf, nextOf } from '../../changes/view.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { shownTo } from '../caller-limits.ts';
import { changeOutput } from '../change-output.ts';
import { readTool } from '../define.ts';

export const getChange = readTool({
  name: 'get_change',
  toolset: 'changes',
  title: 'Get a change',
  description:
    'Reads the status of a change: what was planned, approved, sent, and the outcome of each target. waitSeconds waits for its end. For all changes use list_changes.',
  deviceScope: 'none',
  input: z.strictObject({ change: z.string().min(1).max(40), waitSeconds: z.number().min(0).max(50).default(0) }),
  output: changeOutput,
  example: { change: 'chg_4k2v8q1mzt', waitSeconds: 30 },
  async run({ change: id, waitSeconds }, { changes, rights, signal, progress }) {
    const found = await changes.waitUntilSettled(id, waitSeconds * 1000, signal, (now) => {
      const ended = now.targets.filter((target) => target.outcome === 'applied' || target.outcome === 'failed').length;
      progress(ended, now.targets.length, `${now.status}: ${ended} of ${now.targets.length} ended`);
    });
    if (!found)
      throw new Refusal(
        `change: there is no change ${id}${rights.audit ? '' : ' of yours'}`,
        'List the known changes with list_changes. Changes on the embedded sandbox are lost when the server ends.',
        'change',
      );
    const change = shownTo(rights, found);
    const history = historyOf(change);
    const steps = history.map(({ at, what }) => `${at} ${what}`);
    return { structured: { change: { ...changeView(change), history } }, text: [changeText(change, nextOf(change)), ...steps].join('\n') };
  },
});
