/** One figure as `--json FILE` lists it. */
export interface Figure {
  readonly name: string
  readonly value: number | null
  readonly unit: string
  readonly limit: number | null
  readonly held: boolean | null
  readonly [detail: string]: unknown
}

/** What a command found: lines for people, figures for programs. */
export interface Report {
  readonly held: boolean
  readonly lines: readonly string[]
  /** The part recorded in docs/reference/drills.md, as Markdown. */
  readonly recorded: readonly string[]
  readonly figures: readonly Figure[]
}
