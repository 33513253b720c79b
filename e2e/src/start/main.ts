/** `npm start`: the whole system on this machine until Ctrl-C; `--once` proves the path and ends. */

import { describeEnvironment, readStackConfig } from '@verifluence/local'
import { formatError, onInterrupt, readCommandLine } from '@verifluence/testkit'
import { runStack } from './run.ts'

async function main(): Promise<number> {
  const { once = false, grafana = false } = readCommandLine(
    [
      'npm start [-- --once | --grafana]',
      '',
      '  --once      verifies the path to Telegram once (about four minutes) and exits with 0 or 1',
      '  --grafana   also runs the Grafana of the cluster; downloads it if none is on PATH',
      '',
      'Environment:',
      ...describeEnvironment(),
    ],
    { once: { type: 'boolean' }, grafana: { type: 'boolean' } },
  )
  const config = readStackConfig(process.env)
  const interrupted = onInterrupt()
  return runStack({ ...config, fetchesGrafana: grafana }, { once, interrupted })
}

try {
  process.exit(await main())
} catch (error) {
  console.error(formatError(error))
  process.exit(1)
}
