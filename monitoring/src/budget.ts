import { catalogue } from '@verifluence/api/catalogue'
import type { Definition } from 'sideport'
import { RHYTHM } from './places.ts'

/**
 * What the whole system may cost Prometheus, in series: the api once its routes and status codes have
 * been seen, the worker with every job. Measured with `vf_metrics_series`.
 */
export const seriesBudget = { api: 3_000, worker: 1_200 } as const
export const replicas = { api: 2, worker: 1 } as const

type Process = keyof typeof seriesBudget

const processes = Object.keys(seriesBudget) as Process[]

/** Lines that one label set makes: a histogram has its edges, `+Inf`, `_sum` and `_count`. */
const linesOf = (definition: Definition) =>
  definition.type === 'histogram' ? definition.buckets.length + 3 : 1

const exportedBy = (process: Process) =>
  Object.values<Definition>(catalogue).filter((definition) =>
    definition.exportedBy.includes(process),
  )

/** The series that a process exports from its first scrape on, before anything has happened. */
export const seriesFromTheStart = (process: Process): number =>
  exportedBy(process).reduce((sum, definition) => {
    const sets = definition.labels.reduce((product, { known }) => product * known.length, 1)
    return sum + sets * linesOf(definition)
  }, 0)

/** Samples a second that Prometheus takes in when every process uses its whole budget. */
export const samplesPerSecond = (): number =>
  processes.reduce((sum, process) => sum + seriesBudget[process] * replicas[process], 0) / RHYTHM
