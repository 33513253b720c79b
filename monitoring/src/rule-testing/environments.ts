import type { Process, Span } from './platform.ts'
import type { Battery, Check, Timeline } from './scenario.ts'

/** Makes a process of the environment; the worker's only pod unless it is said otherwise. */
export type Make = (more?: Partial<Process>) => Process

/**
 * One trouble. Each has an environment of its own, so that many run in the time of one: every part
 * of a rule matters in some of them.
 */
export interface Environment {
  /** The name says the trouble. */
  readonly env: string
  readonly timelines: (process: Make) => readonly Timeline[]
  /** Moments, in seconds, at which the alert must fire. */
  readonly fires?: readonly number[]
  /** And at which it must not. */
  readonly silent?: readonly number[]
}

/** From a moment on no one reaches the process; `seconds` where it comes back. */
export const cutOff = (from: number, seconds = Number.POSITIVE_INFINITY) => ({
  lost: [[from, from + seconds]] as readonly Span[],
})

/** The scenario of all environments; `labels` tell alerts of one environment apart. */
export const scenarioOf = (
  alert: string,
  environments: readonly Environment[],
  labels: Readonly<Record<string, string>> = {},
): Battery => {
  const checks = environments.flatMap(({ env, fires = [], silent = [] }): Check[] => [
    ...fires.map((at) => ({ at, alert, among: { env }, fires: [{ env, ...labels }] })),
    ...silent.map((at) => ({ at, alert, among: { env }, fires: [] })),
  ])
  return {
    name: `${alert} in every environment`,
    alerts: [alert],
    scenarios: [
      {
        title: `${alert} depends on each part of its rule`,
        lasts: Math.max(...checks.map(({ at }) => at)) + 30,
        timelines: environments.flatMap(({ env, timelines }) =>
          timelines((more) => ({ kind: 'worker', env, ...more })),
        ),
        checks,
      },
    ],
  }
}
