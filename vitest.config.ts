import { availableParallelism } from 'node:os'
import { LongOnesFirst } from '@verifluence/testkit/sequencer'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  ssr: { resolve: { conditions: ['source'] } },
  resolve: { conditions: ['source'] },
  test: {
    pool: 'forks',
    // Three more than there are cores: the three longest tests only wait.
    maxWorkers: availableParallelism() + 3,
    sequence: { sequencer: LongOnesFirst },
    globalSetup: './packages/testkit/src/vitest/global-setup.ts',
    include: ['**/test/**/*.test.{ts,tsx}'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
})
