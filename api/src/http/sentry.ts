import type { ReportError } from './errors.ts'

/** What is reported of an error: where it happened and why. Nothing of the request, so no cookie either. */
const TELLS = ['EventFilters', 'LinkedErrors', 'Dedupe', 'ContextLines', 'Context']

/** Starts Sentry where there is a DSN; without one it is not even loaded. */
export async function startSentry(dsn: string | undefined, release: string): Promise<ReportError> {
  if (!dsn) return () => {}
  const sentry = await import('@sentry/node')
  sentry.init({
    dsn,
    release,
    integrations: (defaults) => defaults.filter(({ name }) => TELLS.includes(name)),
  })
  return (error) => {
    sentry.captureException(error)
  }
}
