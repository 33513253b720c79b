/**
 * A fault the person at the keyboard can mend: one sentence that names the thing and the remedy.
 * Whoever starts a command prints the message alone, without a stack trace, and exits with 1.
 */
export class Sentence extends Error {
  override readonly name = 'Sentence'
}

/** The text to show for any thrown value: a `Sentence` speaks for itself, a bug shows its trace. */
export function explain(error: unknown): string {
  if (error instanceof Sentence) return error.message
  if (error instanceof Error) return error.stack ?? error.message
  return String(error)
}
