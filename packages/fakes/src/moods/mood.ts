import type { Answer } from '../http/answer.ts'

/** How a connection can misbehave; after `slow` and in `cut-short` the real work is done. */
export type ConnectionFault = 'hang' | 'reset' | 'slow' | 'cut-short'

/**
 * One bad mood: what it looks like to the caller, and exactly one way it is done:
 * an `answer` in place of the real one, a fault of the `connection`, or a `twist`, where the
 * service does its real work with one documented oddity.
 */
export type Mood = {
  readonly says: string
  /** Used when the setting names none: the delay of `slow`, the wait that a 429 asks for. */
  readonly seconds?: number
} & (
  | { readonly answer: Answer | ((seconds: number) => Answer) }
  | { readonly connection: ConnectionFault }
  | { readonly twist: true }
)

export type Moods = Readonly<Record<string, Mood>>
