import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { LongOnesFirst } from './test/long-ones-first.ts'

export default defineConfig({
  ssr: { resolve: { conditions: ['source'] } },
  resolve: { conditions: ['source'] },
  test: {
    pool: 'forks',
    // Three more than there are cores: the three longest tests only wait.
    maxWorkers: availableParallelism() + 3,
    sequence: { sequencer: LongOnesFirst },
    globalSetup: './test/global-setup.ts',
    include: ['**/test/**/*.test.{ts,tsx}'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
})
