/** The planner belongs to the operation: a curated tool and change_operation give the same plan. */
import { describe, expect, it } from 'vitest';

import { tools } from '../support/providers.ts';
import { startTestServer } from '../support/test-server.ts';
import { toolCases } from '../support/tool-cases.ts';

const everything = { flags: { toolsets: 'thingpark,thingspace,iotx,changes,operations' } };

describe('curated tools and change_operation', () => {
  it('every curated change tool has a parity test', () => {
    // undo_change plans the inverse of another change and is tested in undo.test.ts.
    const others = ['change_operation', 'undo_change', 'resume_change'];
    const curated = tools.filter((tool) => tool.kind === 'change' && !others.includes(tool.name)).map((tool) => tool.name);
    expect(toolCases.map((act) => act.tool).sort()).toEqual(curated.sort());
  });

  for (const { tool, args, operation, input, first } of toolCases) {
    it(`${tool} and change_operation give the same plan`, async () => {
      const { connectClient, world } = await startTestServer(everything);
      first?.(world);
      const { call } = await connectClient({ transport: 'stdio', era: 'auto' });
      const curated = (await call(tool, { ...args, preview: true })).structured.change;
      const plain = (await call('change_operation', { operation, input, preview: true })).structured.change;
      expect(curated.status).toBe('planned');
      // The digest at the end of the confirmation covers the id.
      expect({ ...plain, id: curated.id, confirm: curated.confirm }).toEqual(curated);
      expect(world.requestLog.filter((one) => one.operation === operation)).toEqual([]);
    });

    it(`${tool} and change_operation count as the same request`, async () => {
      const { connectClient, world } = await startTestServer({ ...everything, policy: { irreversibleTwoStep: true } });
      first?.(world);
      const { call } = await connectClient({ transport: 'stdio', era: 'auto' });
      const curated = (await call(tool, args)).structured.change;
      const plain = (await call('change_operation', { operation, input })).structured.change;
      expect(plain.id).toBe(curated.id);
    });
  }
});
