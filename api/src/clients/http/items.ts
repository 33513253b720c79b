import type { z } from 'zod'
import { UnreadableError } from './errors.ts'

/** One unreadable item, or one in ten, is odd. More of them mean that the service has changed. */
const TOLERATED = { items: 1, share: 0.1 }
/** So many requested items cannot all be missing by chance. */
const MANY = 10

/**
 * Reads the items of a list. An odd item costs only itself. An answer that is unreadable as a whole is
 * an error instead: a job must not succeed with nothing done.
 *
 * @param list `requested` is how many items were asked for, where that is known.
 * @throws UnreadableError that names the field, when more than a tenth of the items is unreadable, or
 * all of them, or when many were requested and none came.
 */
export function readItems<Schema extends z.ZodType>(
  call: string,
  items: readonly unknown[],
  schema: Schema,
  { requested = 0 }: { requested?: number } = {},
): z.infer<Schema>[] {
  const read: z.infer<Schema>[] = []
  let firstProblem = ''
  for (const item of items) {
    const parsed = schema.safeParse(item)
    if (parsed.success) read.push(parsed.data)
    else firstProblem ||= fieldOf(parsed.error)
  }
  const unreadable = items.length - read.length
  const tolerated = Math.max(TOLERATED.items, items.length * TOLERATED.share)
  if (unreadable > tolerated || (unreadable > 0 && read.length === 0)) {
    throw new UnreadableError(
      call,
      `${unreadable} of ${items.length} items are unreadable, the first in ${firstProblem}`,
    )
  }
  if (requested >= MANY && read.length === 0) {
    throw new UnreadableError(call, `it holds none of the ${requested} requested items`)
  }
  return read
}

/** Only the name of the field: its value is foreign text. */
function fieldOf(error: z.ZodError): string {
  return error.issues[0]?.path.join('.') || 'the item itself'
}
