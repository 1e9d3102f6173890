import { defineConfig } from 'vitest/config';

const TEST_POSTGRES = 'packages/server/src/platform/test-postgres.ts';

/** Three rooms, entered in this order: no database; a database; whole machines, one file after the other. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'packages/{domain,api,web}/src/**/*.test.{ts,tsx}',
            'architecture.test.ts',
            'scripts/unit/*.test.ts',
            'fuzz/*.test.ts',
          ],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'server',
          include: ['packages/{server,cli}/src/**/*.test.ts', 'bench/**/*.test.ts'],
          globalSetup: TEST_POSTGRES,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'hosts',
          include: ['packages/agent/src/**/*.test.ts', 'scripts/*.test.ts', 'e2e/**/*.test.ts'],
          globalSetup: TEST_POSTGRES,
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
