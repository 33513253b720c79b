import { createHash } from 'node:crypto'
import type { Clock } from '../clock.ts'

/** A stored object; the ETag is the MD5 of a plain PUT, in quotes. */
export type StoredObject = {
  readonly key: string
  readonly bytes: Buffer
  readonly etag: string
  readonly contentType: string
  readonly contentEncoding: string | undefined
  readonly at: number
}

export type Bucket = ReturnType<typeof createBucket>

/** The objects of one bucket. */
export function createBucket(clock: Clock) {
  const objects = new Map<string, StoredObject>()
  return {
    put(object: Pick<StoredObject, 'key' | 'bytes' | 'contentType' | 'contentEncoding'>) {
      const md5 = createHash('md5').update(object.bytes).digest('hex')
      const stored: StoredObject = { ...object, etag: `"${md5}"`, at: clock() }
      objects.set(object.key, stored)
      return stored
    },
    get: (key: string): StoredObject | undefined => objects.get(key),
    remove: (key: string): boolean => objects.delete(key),
    /** The objects whose key starts so, in the order of their keys. */
    list: (prefix = ''): readonly StoredObject[] =>
      [...objects.values()]
        .filter(({ key }) => key.startsWith(prefix))
        .sort((one, other) => (one.key < other.key ? -1 : 1)),
  }
}
