import type { Life } from './life/life.ts'
import type { Span } from './time.ts'
import type { Track } from './track.ts'

/** A failure as it shows in the month. */
export interface MonthFailure {
  readonly name: string
  /** The row of the failure list. */
  readonly failure: string
  /** The alert that must fire, with further labels where the name alone does not tell. */
  readonly alert: string
  readonly labels?: Readonly<Record<string, string>>
  /** Seconds within which Telegram must have it. */
  readonly within: number
  /** Seconds it lasts, longer than it takes to alert. */
  readonly lasts: number
  /** Failures of different lanes may overlap; within one they are days apart. */
  readonly lane?: string
  /** Whether it can be detected at this time: silence means something only while a stream is live. */
  readonly when?: (life: Life, span: Span) => boolean
  /** From when on the limit counts, where that is not the moment of the failure. */
  readonly since?: (second: number, life: Life) => number
}

/** What belongs together: series, the alerts that read them, and what may fail. */
export interface Theme {
  readonly name: string
  readonly alerts: readonly string[]
  readonly tracks: (life: Life) => readonly Track[]
  readonly failures: readonly MonthFailure[]
}
