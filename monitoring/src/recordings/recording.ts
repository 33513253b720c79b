/** A recording rule as data. */
export interface Recording {
  /** `level:metric:operation`, as Prometheus' own practice names them. */
  readonly record: string
  readonly expr: string
  readonly labels?: Readonly<Record<string, string>>
}

export interface RecordingGroup {
  readonly name: string
  /** Seconds between evaluations, where it is not the global interval. */
  readonly interval?: number
  readonly recordings: readonly Recording[]
}
