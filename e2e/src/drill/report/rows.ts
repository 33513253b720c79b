import type { Outcome, Told } from '../outcome.ts'
import { isHeld } from '../outcome.ts'

/** One line of the result: one message that had to arrive, or had not to. */
export interface Row {
  readonly failure: string
  readonly drill: string
  readonly alert: string
  /** Seconds to the message; none when it never came. */
  readonly after: number | undefined
  readonly limit: number
  /** Seconds from the mend to the message that it is over. */
  readonly resolvedAfter: number
  readonly held: boolean
  readonly message: string
  readonly problems: readonly string[]
}

/** The rows of all drills, in the order of the failure list. */
export function rowsOf(outcomes: readonly Outcome[]): Row[] {
  const rows = outcomes.flatMap((outcome) =>
    outcome.told.length === 0
      ? [quietRow(outcome)]
      : outcome.told.map((told) => toldRow(outcome, told)),
  )
  return rows.sort((one, other) => rank(one) - rank(other))
}

const rank = ({ failure }: Row) => Number(/\d+/.exec(failure)?.[0] ?? 99)

const common = (outcome: Outcome) => ({
  failure: outcome.failure,
  drill: outcome.name,
  resolvedAfter: outcome.resolvedAfter,
  held: isHeld(outcome),
  problems: outcome.problems,
})

const toldRow = (outcome: Outcome, { arrival, after, notice }: Told): Row => ({
  ...common(outcome),
  alert: arrival.way === undefined ? arrival.alert : `${arrival.alert} (${arrival.way})`,
  after,
  limit: arrival.within,
  message: notice?.text ?? '',
})

const quietRow = (outcome: Outcome): Row => ({
  ...common(outcome),
  alert: 'nothing at all',
  after: undefined,
  limit: 0,
  message: '',
})
