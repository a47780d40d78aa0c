import { z } from 'zod';
import { field, phrase } from '../../../src/changes/document/phrase.ts';
import { planner } from '../../../src/changes/planner.ts';
import type { Connection } from '../../../src/clients/connect.ts';
import type { FleetProvider } from '../../../src/fleet/source.ts';
import { readTool } from '../../../src/tools/define.ts';
import { meters } from './meters.ts';

async function targetOf(id: string, { call }: Connection) {
  const minutes = String((await call(meters.list, {})).find((one) => one.id === id)?.minutes);
  return { device: id, label: id, verdict: 'change', before: { minutes } } as const;
}

const fleet: FleetProvider = {
  exact: [],
  isHandle: (text) => /^WM-\d+$/.test(text),
  source: ({ call, name: connection }) => {
    const common = { connection, provider: 'meterhub', state: 'active', providerState: 'reporting' } as const;
    const all = async () => (await call(meters.list, {})).map(({ id }) => ({ ...common, device: id, identifiers: { id } }));
    return {
      supportsLastSeen: false,
      page: async () => ({ rows: await all() }),
      find: async (text) => ({ devices: (await all()).filter(({ device }) => device === text), complete: true }),
      read: async (id) => (await all()).filter(({ device }) => device === id).map((device) => ({ device, raw: device }))[0],
      traffic: async () => ({ slots: [], notes: [] }),
      suggest: async () => [],
    };
  },
};

const report = planner({
  operation: meters.report,
  inspect: async (inputs, { connection }) => ({
    targets: await Promise.all(inputs.map(({ path }) => targetOf(path.id, connection))),
    steps: inputs.map((input) => ({ input, targets: [input.path.id] })),
    effect: phrase`report every ${field('body.minutes')} minutes`,
    ...{ noun: 'meter', effects: meters.report.effects },
  }),
  async settle({ input: { path, body } }, { connection }) {
    const { device, before: after } = await targetOf(path.id, connection);
    return [{ device, outcome: after.minutes === String(body.minutes) ? 'applied' : 'pending', after }];
  },
  settleTimeout: { ms: 60_000, onTimeout: 'unknown' },
});

const listMeters = readTool({
  name: 'list_meters',
  provider: 'meterhub',
  toolset: 'meterhub',
  title: 'List meters',
  description: 'Lists water meters and how often they report. For one use get_device.',
  input: z.strictObject({}),
  output: z.looseObject({ meters: z.array(z.looseObject({ id: z.string() })) }),
  example: {},
  async run(_, { connection }) {
    const found = await connection(undefined, ['meterhub']).call(meters.list, {});
    return { structured: { meters: found }, text: `${found.length} meters` };
  },
});

export const layers = { fleet, planners: [report], tools: [listMeters], prompts: [] };
