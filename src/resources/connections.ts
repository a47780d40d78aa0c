import { type Resource, WithText } from './define.ts';

export const connectionsResource: Resource = {
  name: 'connections',
  title: 'Connections',
  description: 'The provider connections of this server: provider, sandbox or live, whether changes are allowed.',
  uri: 'iot://connections',
  async read(_, { connections }) {
    const rows = connections.map(({ name, provider, sandbox, writes, allowGuessed }) => ({
      name,
      provider,
      sandbox,
      writes: writes ? 'on' : 'off',
      allowGuessed,
    }));
    const lines = rows.map((row) => `${row.name}: ${row.provider}, ${row.sandbox ? 'sandbox' : 'live'}, changes ${row.writes}`);
    return new WithText({ connections: rows }, lines.join('\n'));
  },
};
