import type { Hook } from '@hono/zod-openapi'
import type { ZodError } from 'zod'
import type { AppEnv } from './env.ts'
import { invalid, notFound } from './refusal.ts'

/**
 * Refuses what does not fit a route's schemas, naming the first field that does not. A path that does
 * not fit names nothing.
 */
export const refuseInput: Hook<unknown, AppEnv, string, unknown> = (checked) => {
  if (checked.success) return
  if (checked.target === 'param') throw notFound('thing')
  const { field, message } = firstComplaint(checked.error)
  throw invalid(field, message)
}

const firstComplaint = (error: ZodError): { field: string; message: string } => {
  const [issue] = error.issues
  if (!issue) return { field: 'body', message: 'This cannot be taken.' }
  const field = issue.path.join('.') || 'body'
  return { field, message: `${field}: ${issue.message}` }
}
