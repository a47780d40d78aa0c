import { bindHandlers, type Handlers, type SandboxProvider, SandboxRefusal } from '../../../src/sandbox/handler.ts';
import { meters } from './meters.ts';

declare module '../../../src/sandbox/world.ts' {
  interface World {
    meterhub: { id: string; minutes: number }[];
  }
}

const handlers: Handlers<typeof meters> = {
  list: ({ world }) => ({ status: 200, body: world.meterhub }),
  report({ world, path, body }) {
    for (const meter of world.meterhub) if (meter.id === path.id) Object.assign(meter, body);
    return { status: 204 };
  },
};

export const sandbox: SandboxProvider = {
  name: 'meterhub',
  seed: () => [1, 2].map((n) => ({ id: `WM-${n}`, minutes: 15 })),
  deviceCount: ({ meterhub }) => meterhub.length,
  faults: {},
  persistentFaults: [],
  events: [],
  routes: bindHandlers({ meters }, { meters: handlers }),
  mounts: { meterhub: ['/meterhub'] },
  authenticate(_, { headers }) {
    if (headers.get('authorization') !== 'Bearer meter-key-of-the-sandbox') throw new SandboxRefusal(401, {});
  },
  expiredResponse: () => ({ status: 401, body: {} }),
  expireCredentials: () => undefined,
  errorResponse: (status) => ({ status, body: {} }),
  notFound: () => ({ status: 404, body: {} }),
};
