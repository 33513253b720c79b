/**
 * SQLSTATE classes and codes under which the database is away, shutting down, out of room or asks to
 * try again; see https://www.postgresql.org/docs/current/errcodes-appendix.html.
 */
const AWAY = /^(08|53|57P0|58)|^(40001|40P01|57014|55P03|25006)$/
/** What Node and the driver say when there is no connection. */
const NO_CONNECTION = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|ENOENT)/
const DRIVER =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|client has encountered a connection error|cannot use a pool after calling end/i

/** Whether an error says that the database could not take part, rather than that we asked wrongly. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isDatabaseUnavailable)
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return AWAY.test(code) || NO_CONNECTION.test(code) || DRIVER.test(error.message)
}

/** Whether a statement failed on this unique constraint or index. */
export function violates(error: unknown, constraint: string): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === '23505' &&
    'constraint' in error &&
    error.constraint === constraint
  )
}
