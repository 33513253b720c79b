/** `npm start`: the whole system on this machine until Ctrl-C; `--once` proves the path and ends. */

import { describeEnvironment, readStackConfig } from '@verifluence/local'
import { formatError, onInterrupt } from '@verifluence/testkit'
import { readArguments } from './arguments.ts'
import { runStack } from './run.ts'

const USAGE = `npm start [-- --once | --grafana]

  --once      prove the path to Telegram once, and end
  --grafana   run the Grafana of the cluster too; it is downloaded where none is on PATH`

async function main(): Promise<number> {
  const { once, grafana, help } = readArguments(process.argv.slice(2))
  if (help) {
    console.log([USAGE, '', 'Environment:', ...describeEnvironment()].join('\n'))
    return 0
  }
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
