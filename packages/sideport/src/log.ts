/** Where the kit tells what it had to swallow. A pino logger fits; so do four lines around `console`. */
export interface Log {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
}

/** For those who pass no logger: failures are still counted, only not told. */
export const silent: Log = { warn() {} }
