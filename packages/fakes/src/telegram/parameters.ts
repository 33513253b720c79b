import type { NodeContext } from '../http/connection.ts'

/** The parameters of a Bot API call; Telegram takes numbers and flags as texts too. */
export type Parameters = Readonly<Record<string, string>>

/** Reads parameters from the query and from a JSON, form or multipart body. */
export async function readParameters(c: NodeContext): Promise<Parameters> {
  const type = c.req.header('content-type') ?? ''
  const body: unknown = type.startsWith('application/json')
    ? await c.req.json().catch(() => ({}))
    : await c.req.parseBody()
  const entries = typeof body === 'object' && body !== null ? Object.entries(body) : []
  return {
    ...c.req.query(),
    ...Object.fromEntries(
      entries.map(([name, value]) => [
        name,
        typeof value === 'object' ? JSON.stringify(value) : String(value),
      ]),
    ),
  }
}
