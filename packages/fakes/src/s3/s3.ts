import { createHash } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Answer } from '../http/answer.ts'
import type { Call, Operation, Service } from '../http/service.ts'
import { s3Error } from './faults.ts'
import { refuseUnlessSigned, type S3Access } from './signature.ts'

export type S3Settings = S3Access & { readonly bucket: string }
type Asked = { readonly call: Call; readonly key: string; readonly body: Buffer }

const object = '/:bucket/:key{.+}'
const noSuchKey = s3Error(404, 'NoSuchKey', 'The specified key does not exist.')
const noSuchBucket = s3Error(404, 'NoSuchBucket', 'The specified bucket does not exist')
const exists = s3Error(
  412,
  'PreconditionFailed',
  'At least one of the pre-conditions you specified did not hold',
)

/** The fake of an S3-compatible storage with one bucket; signatures are really checked. */
export function createS3(bucket: Bucket, settings: S3Settings, clock: Clock): Service {
  const signed =
    (answer: (asked: Asked) => Answer): Operation['handle'] =>
    async (call) => {
      const { c } = call
      const body = Buffer.from(await c.req.arrayBuffer())
      const request = {
        method: c.req.method,
        url: c.env.incoming.url ?? '/',
        headers: c.req.header(),
        body,
      }
      const problem = refuseUnlessSigned(request, settings, clock)
      if (problem !== undefined) return problem
      if (c.req.param('bucket') !== settings.bucket) return noSuchBucket
      return answer({ call, key: c.req.param('key') ?? '', body })
    }
  return {
    name: 's3',
    operations: {
      'put-object': { method: 'PUT', path: object, handle: signed((asked) => put(bucket, asked)) },
      'get-object': { method: 'GET', path: object, handle: signed((asked) => get(bucket, asked)) },
      'delete-object': {
        method: 'DELETE',
        path: object,
        handle: signed(({ key }) => {
          bucket.remove(key)
          return { status: 204 }
        }),
      },
      'list-objects': {
        method: 'GET',
        path: '/:bucket',
        handle: signed(({ call }) => listObjects(bucket, settings.bucket, call.c.req.query())),
      },
    },
    unmatched: () => s3Error(405, 'MethodNotAllowed', 'The method is not allowed.'),
  }
}

function put(bucket: Bucket, { call, key, body }: Asked): Answer {
  const headers = call.c.req.header()
  if (headers['if-none-match'] === '*' && bucket.get(key) !== undefined) return exists
  const stored = bucket.put({
    key,
    bytes: call.variant === 'wrong-etag' ? body.subarray(0, body.length >> 1) : body,
    contentType: headers['content-type'] ?? 'binary/octet-stream',
    contentEncoding: headers['content-encoding'],
  })
  return { status: 200, headers: { etag: stored.etag } }
}

/** GET and HEAD; for HEAD Hono sends the headers only. */
function get(bucket: Bucket, { call, key }: Asked): Answer {
  const stored = bucket.get(key)
  if (stored === undefined) return noSuchKey
  const wanted = call.c.req.header('if-none-match')
  if (wanted === stored.etag) return { status: 304, headers: { etag: stored.etag } }
  return { status: 200, bytes: stored.bytes, headers: headersOf(stored) }
}

const headersOf = (stored: StoredObject): Record<string, string> => ({
  etag: stored.etag,
  'content-type': stored.contentType,
  'content-length': String(stored.bytes.length),
  'last-modified': new Date(stored.at).toUTCString(),
  ...(stored.contentEncoding && { 'content-encoding': stored.contentEncoding }),
})

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

const pageLimit = 1000
const escapes: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
}
const escapeXml = (text: string): string => text.replace(/[<>&"]/g, (char) => escapes[char] ?? char)
const tag = (name: string, value: string | number | boolean): string =>
  `<${name}>${escapeXml(String(value))}</${name}>`

/** ListObjectsV2: a page of keys and, if there are more, where to go on. */
function listObjects(
  bucket: Bucket,
  name: string,
  query: Readonly<Record<string, string>>,
): Answer {
  const prefix = query.prefix ?? ''
  const limit = Math.min(Number(query['max-keys'] ?? pageLimit), pageLimit)
  const after = query['continuation-token'] ?? query['start-after'] ?? ''
  const all = bucket.list(prefix).filter(({ key }) => key > after)
  const page = all.slice(0, limit)
  const isTruncated = all.length > page.length
  const text = [
    '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
    tag('Name', name),
    tag('Prefix', prefix),
    tag('KeyCount', page.length),
    tag('MaxKeys', limit),
    tag('IsTruncated', isTruncated),
    ...(isTruncated ? [tag('NextContinuationToken', page.at(-1)?.key ?? '')] : []),
    ...page.map(entry),
    '</ListBucketResult>',
  ].join('')
  return { status: 200, text, headers: { 'content-type': 'application/xml' } }
}

const entry = ({ key, at, etag, bytes }: StoredObject): string =>
  `<Contents>${tag('Key', key)}${tag('LastModified', new Date(at).toISOString())}${tag('ETag', etag)}${tag('Size', bytes.length)}${tag('StorageClass', 'STANDARD')}</Contents>`
