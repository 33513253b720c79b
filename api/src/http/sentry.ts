import type { ReportError } from './answer-error.ts'

/** Starts Sentry where there is a DSN; without one it is not even loaded. */
export const startSentry = async (
  dsn: string | undefined,
  release: string,
): Promise<ReportError> => {
  if (!dsn) return () => {}
  const sentry = await import('@sentry/node')
  sentry.init({ dsn, release })
  return (error) => {
    sentry.captureException(error)
  }
}
