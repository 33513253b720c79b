import { apiEnvironment, workerEnvironment } from '@verifluence/api/config'
import type { Parts } from './markers.ts'
import { code, table } from './table.ts'

/** As much of a Zod object as a table needs. */
interface Environment {
  readonly shape: Readonly<
    Record<
      string,
      {
        readonly description?: string | undefined
        safeParse(value: unknown): { readonly success: boolean; readonly data?: unknown }
      }
    >
  >
}

const fallback = (read: { readonly success: boolean; readonly data?: unknown }): string => {
  if (!read.success) return 'required'
  const written = read.data === undefined ? '' : String(read.data)
  return written === '' ? '–' : code(written)
}

/** The variables that a process reads, with what holds when one is not set. */
export const environmentTable = ({ shape }: Environment): string =>
  table(
    ['Variable', 'Default', 'Meaning'],
    Object.entries(shape).map(([name, schema]) => [
      code(name),
      fallback(schema.safeParse(undefined)),
      schema.description ?? '',
    ]),
  )

/** `environment-api` and `environment-worker`. */
export const environmentParts: Parts = {
  'environment-api': environmentTable(apiEnvironment),
  'environment-worker': environmentTable(workerEnvironment),
}
