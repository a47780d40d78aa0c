import { configDefaults, defineConfig } from 'vitest/config';

/** Tests that take minutes: they run in full what `npm test` samples. */
const long = 'test/**/*.long.test.ts';

export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'usual',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, long],
          // Loading the modules anew for each file would take most of the time. Files share only what modules hold, never a server.
          isolate: false,
          testTimeout: 15_000,
        },
      },
      { extends: true, test: { name: 'long', include: [long], testTimeout: 240_000 } },
    ],
  },
});
