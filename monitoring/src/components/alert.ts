/** `critical` pages the on-call, `warning` waits for the morning, `none` is a heartbeat. */
export type Severity = 'critical' | 'warning' | 'none'

/** One alert as data. The rule file, the docs' table and the checks derive from it. */
export interface Alert {
  readonly name: string
  /** The row of the failure list it answers, for instance `F9`. */
  readonly failure: string
  /** A PromQL expression; each series it returns is one alert. */
  readonly expr: string
  /** Seconds for which the expression must hold. */
  readonly for: number
  /** Seconds for which it goes on after the expression is over, where it would flutter otherwise. */
  readonly keepFiringFor?: number
  /** Where it turns bad, in words, for the table in the docs. */
  readonly limit: string
  readonly severity: Severity
  /** Further static labels, where two rules share a name. */
  readonly labels?: Readonly<Record<string, string>>
  /** One line, at most 120 characters before values are filled in. */
  readonly summary: string
  /** Two or three sentences: what it means, and the first thing to look at. */
  readonly description: string
  /** The panel that shows it: `dashboard/panel`. */
  readonly panel: string
}

/** Alerts that belong to one theme; a group is evaluated in order. */
export interface AlertGroup {
  readonly name: string
  readonly alerts: readonly Alert[]
}

/** A recording rule as data. */
export interface Recording {
  /** `level:metric:operation`, as Prometheus' own practice names them. */
  readonly record: string
  /** Why it may return nothing while all is well. */
  readonly mayBeEmpty?: string
  readonly expr: string
  readonly labels?: Readonly<Record<string, string>>
}

export interface RecordingGroup {
  readonly name: string
  /** Seconds between evaluations, where it is not the global interval. */
  readonly interval?: number
  readonly recordings: readonly Recording[]
}

/**
 * What hovers around its threshold is one incident, not many: such an alert keeps firing until it has been
 * below for this long. Seconds.
 */
export const CALM = 600
