import type { Arrival, Drill } from './drill.ts'
import type { Notice } from './notices.ts'

/** An arrival that was waited for, and what came. */
export interface Told {
  readonly arrival: Arrival
  readonly notice?: Notice
  /** Seconds from the fault, or from the mend for what was held back, to the message. */
  readonly after?: number
}

/** What became of a drill. */
export interface Outcome extends Pick<Drill, 'name' | 'failure' | 'does'> {
  readonly stage: string
  readonly told: readonly Told[]
  /** Seconds from the mend until the last thing was told to be over; 0 where nothing was. */
  readonly resolvedAfter: number
  /** Why it did not hold; none when it did. */
  readonly problems: readonly string[]
}

export const isHeld = ({ problems }: Outcome): boolean => problems.length === 0
