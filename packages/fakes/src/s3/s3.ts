import type { Clock } from '../clock.ts'
import type { Answer } from '../http/answer.ts'
import type { Call, Operation, Service } from '../http/service.ts'
import { s3Error } from '../moods/s3.ts'
import { refuseUnlessSigned, type S3Access } from './authenticate.ts'
import type { Bucket, StoredObject } from './bucket.ts'
import { listObjects } from './listing.ts'

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

/** The stand-in of an S3-compatible storage with one bucket; signatures are really checked. */
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
    bytes: call.twist === 'wrong-etag' ? body.subarray(0, body.length >> 1) : body,
    contentType: headers['content-type'] ?? 'binary/octet-stream',
    contentEncoding: headers['content-encoding'],
  })
  return { status: 200, headers: { etag: stored.etag } }
}

/** GET and HEAD; of the latter Hono sends the headers only. */
function get(bucket: Bucket, { call, key }: Asked): Answer {
  const stored = bucket.get(key)
  if (stored === undefined) return noSuchKey
  const wanted = call.c.req.header('if-none-match')
  if (wanted === stored.etag) return { status: 304, headers: { etag: stored.etag } }
  return { status: 200, bytes: stored.bytes, headers: describe(stored) }
}

const describe = (stored: StoredObject): Record<string, string> => ({
  etag: stored.etag,
  'content-type': stored.contentType,
  'content-length': String(stored.bytes.length),
  'last-modified': new Date(stored.at).toUTCString(),
  ...(stored.contentEncoding && { 'content-encoding': stored.contentEncoding }),
})
