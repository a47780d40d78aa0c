import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/**/*.test.ts'], environment: 'node', pool: 'forks', maxWorkers: 2, testTimeout: 15_000 },
});
