import { z } from 'zod';
import { endpoint } from '../../../src/clients/http/endpoint.ts';

const common = { api: 'meterhub', sure: 'documented', source: 'test' } as const;
export const meters = {
  list: endpoint({
    ...common,
    id: 'meterhub.meters.list',
    route: 'GET /meters',
    effects: [],
    help: 'Lists all water meters.',
    reply: () => z.array(z.looseObject({ id: z.string(), minutes: z.number() })),
    example: {},
  }),
  report: endpoint({
    ...common,
    id: 'meterhub.meters.report',
    route: 'PUT /meters/{id}/report',
    path: { id: 'target' },
    effects: ['write'],
    help: 'Sets how often a water meter reports.',
    body: () => z.strictObject({ minutes: z.number().int().min(1) }),
    example: { path: { id: 'WM-1' }, body: { minutes: 60 } },
  }),
};
