/** `npm run drill`: causes the failures on real processes and checks the notifications. */
import { writeFileSync } from 'node:fs'
import { runMonth } from '@verifluence/monitoring/month'
import { runMutants } from '@verifluence/monitoring/mutants'
import { runSimulation } from '@verifluence/monitoring/simulation'
import type { Report } from '@verifluence/testkit'
import { formatError, onInterrupt } from '@verifluence/testkit'
import { type DrillArguments, readArguments, USAGE } from './arguments.ts'
import { record } from './report/record.ts'
import { runDrills } from './run-drills.ts'

const began = performance.now()
const say = (line: string) => console.log(`${clock()}  ${line}`)

/** Minutes and seconds since the start. */
function clock(): string {
  const seconds = Math.round((performance.now() - began) / 1000)
  return `${String(Math.floor(seconds / 60)).padStart(2)}:${String(seconds % 60).padStart(2, '0')}`
}

async function report(wanted: DrillArguments, interrupted: AbortSignal): Promise<Report> {
  if (wanted.mode === 'month') return runMonth(interrupted, say)
  if (wanted.mode === 'mutants') return runMutants(interrupted, say)
  if (wanted.mode === 'simulation') return runSimulation(wanted.simulation, interrupted, say)
  return runDrills(wanted, interrupted, say)
}

async function main(): Promise<number> {
  const wanted = readArguments(process.argv.slice(2))
  if (wanted.help) {
    console.log(USAGE.join('\n'))
    return 0
  }
  const interrupted = onInterrupt()
  const found = await report(wanted, interrupted).catch((error: unknown) => {
    if (interrupted.aborted) return undefined
    throw error
  })
  if (found === undefined || interrupted.aborted) {
    console.error('Interrupted; nothing is left running and nothing was recorded.')
    return 130
  }
  const { held, lines, figures } = found
  console.log(`\n${lines.join('\n')}`)
  if (wanted.record) await record(wanted.mode, found)
  if (wanted.json !== undefined) {
    writeFileSync(wanted.json, `${JSON.stringify(figures, null, 2)}\n`)
  }
  return held ? 0 : 1
}

try {
  process.exit(await main())
} catch (error) {
  console.error(formatError(error))
  process.exit(1)
}
