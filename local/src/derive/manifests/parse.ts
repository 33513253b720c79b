import { UserError } from '@verifluence/testkit'
import type { z } from 'zod'

/** A Kubernetes object as it stands in a manifest. */
export type Manifest = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
  }
  readonly [key: string]: unknown
}

/** `ServiceMonitor stage/api-metrics`, for messages. */
export function nameOf({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.namespace ?? 'default'}/${metadata.name}`
}

/**
 * Reads one part of a manifest with a schema that lists every key the local stack knows how to honour.
 *
 * @throws UserError for a key the schema does not list: ignoring it would make the local stack differ from production.
 */
export function readPart<Schema extends z.ZodType>(
  where: string,
  schema: Schema,
  value: unknown,
): z.infer<Schema> {
  const read = schema.safeParse(value)
  if (read.success) return read.data
  const complaints = read.error.issues.map((issue) => {
    const path = issue.path.join('.')
    const field = path === '' ? where : `${where} ${path}`
    if (issue.code !== 'unrecognized_keys') return `${field}: ${issue.message}`
    const keys = issue.keys.map((key) => `"${key}"`).join(', ')
    return `${field} sets ${keys}, which the local stack does not translate`
  })
  throw new UserError(
    `${complaints.join('; ')}. Correct the manifest, or teach local/src/derive the new setting.`,
  )
}
