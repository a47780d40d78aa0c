import { expect, it } from 'vitest';

import { auditResource } from '../../src/resources/audit.ts';
import type { ResourceContext } from '../../src/resources/define.ts';
import type { AuditRow } from '../../src/store/audit.ts';

const line = (seq: number, at: string): AuditRow => ({
  seq,
  hash: '',
  body: JSON.stringify({
    at,
    change: `chg_${seq}`,
    status: 'planned',
    operation: 'iotx.products.change',
    connection: 'ix',
    caller: 'chatops',
    summary: 'not told',
    targets: [{ outcome: 'planned' }, { outcome: 'planned' }, { outcome: 'unchanged' }],
  }),
});

it('the audit resource returns the newest 200 lines of a day, reports how many it left out, and accepts lines without a decision', async () => {
  const rows = [line(1, '2026-11-21T23:59:59.999Z'), ...Array.from({ length: 250 }, (_, i) => line(i + 2, '2026-11-22T00:00:00.000Z'))];
  const context = {
    auditOfDay: async (day: string) => rows.filter(({ body }) => JSON.parse(body).at.startsWith(day)),
    changes: { mayRead: () => true },
  } as unknown as ResourceContext;
  const content = (await auditResource.read({ day: '2026-11-22' }, context, new AbortController().signal, 'local')) as Record<
    string,
    unknown
  > & {
    lines: unknown[];
  };
  expect(content).toMatchObject({ total: 250, leftOut: 'the 50 oldest; "iot-ops-mcp audit export" prints all' });
  expect(content.lines).toHaveLength(200);
  expect(content.lines[0]).toEqual({
    seq: 52,
    at: '2026-11-22T00:00:00.000Z',
    change: 'chg_52',
    status: 'planned',
    operation: 'iotx.products.change',
    connection: 'ix',
    caller: 'chatops',
    counts: { planned: 2, unchanged: 1 },
  });
});
