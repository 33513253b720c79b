import type { Context } from 'hono'

/** The largest body that is read. */
const BODY_LIMIT = 1024 * 1024

/** The raw bytes of the request, or `undefined` when there are more than the limit. */
export const readBody = async (c: Context): Promise<Buffer | undefined> => {
  const announced = c.req.header('content-length')
  if (announced === undefined) return await readUnannounced(c)
  return Number(announced) > BODY_LIMIT ? undefined : Buffer.from(await c.req.arrayBuffer())
}

/** Without an announced length the bytes are counted as they come. */
const readUnannounced = async (c: Context): Promise<Buffer | undefined> => {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of c.req.raw.body ?? []) {
    size += chunk.byteLength
    if (size > BODY_LIMIT) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
