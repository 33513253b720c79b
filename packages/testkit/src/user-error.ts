/**
 * An error that the user can fix: one sentence that names the cause and the remedy.
 * Commands print its message without a stack trace and exit with 1.
 */
export class UserError extends Error {
  override readonly name = 'UserError'
}

/** The text to print for a thrown value: the message of a `UserError`, else the stack trace. */
export function formatError(error: unknown): string {
  if (error instanceof UserError) return error.message
  if (error instanceof Error) return error.stack ?? error.message
  return String(error)
}
