import type { Resource } from './define.ts';

export const connectionsResource: Resource = {
  name: 'connections',
  title: 'Connections',
  description: 'The provider connections of this server: provider, sandbox or live, whether changes are allowed.',
  uri: 'iot://connections',
  read: async (_, { connections }) => ({
    connections: connections.map(({ name, provider, sandbox, writes, allowGuessed }) => ({
      name,
      provider,
      sandbox,
      writes: writes ? 'on' : 'off',
      allowGuessed,
    })),
  }),
};
