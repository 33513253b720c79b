import { RHYTHM } from '../places.ts'

export const SCRAPE = RHYTHM

/** One series over the time of a scenario, in seconds since its start; nothing where it is absent. */
export interface Timeline {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly at: (second: number) => number | undefined
}

/** What must hold at one moment: which alerts of a name fire, by the labels that matter. */
export interface Check {
  readonly at: number
  readonly alert: string
  readonly fires: readonly Readonly<Record<string, string>>[]
  /** Only alerts with these labels are looked at, where a scenario tells of several. */
  readonly among?: Readonly<Record<string, string>>
}

/** What a recorded series must be at one moment: all that the expression returns, to three decimals. */
export interface Reading {
  readonly at: number
  readonly expr: string
  readonly is: readonly {
    readonly labels: Readonly<Record<string, string>>
    readonly value: number
  }[]
}

/** Input series and the alerts that must follow from them. */
export interface Scenario {
  /** A sentence about behaviour. */
  readonly title: string
  readonly lasts: number
  readonly timelines: readonly Timeline[]
  readonly checks?: readonly Check[]
  readonly readings?: readonly Reading[]
  /** Nothing but the watchdog may fire at any moment. */
  readonly quiet?: boolean
}

/** Scenarios that run against the same rules. */
export interface Battery {
  readonly name: string
  /** The rules that promtool loads, by alert; the fewer, the sooner it is done. Default: all. */
  readonly alerts?: readonly string[]
  /** Whether recording rules run as well. Default: where one of the alerts reads a recorded name. */
  readonly recordings?: boolean
  /** Seconds between evaluations, for scenarios of days. Default: Prometheus' own rhythm. */
  readonly evaluateEvery?: number
  readonly scenarios: readonly Scenario[]
}

/** `fires` by labels, read as a sentence in the lists below. */
export const firing = (
  at: number,
  alert: string,
  ...fires: readonly Readonly<Record<string, string>>[]
): Check => ({ at, alert, fires })

export const silent = (at: number, alert: string): Check => ({ at, alert, fires: [] })
