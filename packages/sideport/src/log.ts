/** Receives the errors that the kit must not throw. A pino logger fits; so do four lines around `console`. */
export interface Log {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
}

/** The default: failures are counted, but not logged. */
export const silent: Log = { warn() {} }
