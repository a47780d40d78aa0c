import { configDefaults, defineConfig } from 'vitest/config';

/** Tests of minutes, in `npm run test:long`: full counts of what `npm test` samples. */
const long = 'test/**/*.long.test.ts';

const shared = { environment: 'node', pool: 'forks', maxWorkers: 2 } as const;

export default defineConfig({
  test: {
    ...shared,
    projects: [
      {
        test: { ...shared, name: 'usual', include: ['test/**/*.test.ts'], exclude: [...configDefaults.exclude, long], testTimeout: 15_000 },
      },
      { test: { ...shared, name: 'long', include: [long], testTimeout: 240_000 } },
    ],
  },
});
