import { createHash } from 'node:crypto'
import { AwsClient } from 'aws4fetch'
import { RefusedError, UnreadableError } from './http/errors.ts'
import { type Answer, exchange, type FetchFor, urlUnder } from './http/exchange.ts'
import { PATIENT, retryAfterMs, withRetries } from './http/retry.ts'

export type StorageOperation = 'put_object' | 'head_object'

/** One bucket of S3-compatible storage. */
export interface Storage {
  /**
   * Stores an object, overwriting one of the same key, and asks for it back by HEAD: what readers
   * will find must have the ETag of what was sent.
   *
   * @returns the ETag, the MD5 of the content in hex.
   * @throws RefusedError, UnreachableError; UnreadableError when the ETag is another one.
   */
  put(object: StoredObject, signal?: AbortSignal): Promise<string>
}

interface StoredObject {
  /** Such as `chat/2026/11/22/07.ndjson.gz`. */
  readonly key: string
  readonly content: Uint8Array<ArrayBuffer>
  readonly contentType: string
}

/** An hour of busy chat is tens of megabytes; a slow link must not fail it. */
const TIMEOUT_MS = 60_000

/** Path-style addresses and plain single PUTs: what every S3-compatible store understands. */
export function createStorage(options: {
  endpoint: string
  region: string
  bucket: string
  accessKeyId: string
  secretAccessKey: string
  fetchFor: FetchFor<StorageOperation>
}): Storage {
  const { accessKeyId, secretAccessKey, region } = options
  // The signer's own retries are off: there is one retry policy, and the recorder counts attempts.
  const signer = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 })

  function send(
    operation: StorageOperation,
    key: string,
    init: RequestInit,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    const name = `s3 ${operation}`
    return withRetries(PATIENT, signal, async () => {
      // Signed again for every attempt: a signature is good for 15 minutes only.
      const request = await signer.sign(
        urlUnder(options.endpoint, `/${options.bucket}/${encodeKey(key)}`),
        init,
      )
      const fetch = options.fetchFor(operation)
      const answer = await exchange({ name, fetch, request, timeoutMs: TIMEOUT_MS, signal })
      if (!answer.ok) throw refusal(name, answer)
      return answer
    })
  }

  return {
    async put({ key, content, contentType }, signal) {
      const headers = { 'content-type': contentType, 'x-amz-content-sha256': sha256(content) }
      const put = await send('put_object', key, { method: 'PUT', headers, body: content }, signal)
      const head = await send('head_object', key, { method: 'HEAD' }, signal)
      const sent = createHash('md5').update(content).digest('hex')
      for (const [name, answer] of [
        ['put_object', put],
        ['head_object', head],
      ] as const) {
        const etag = etagOf(answer)
        if (etag !== sent) {
          throw new UnreadableError(
            `s3 ${name}`,
            `ETag ${etag === undefined ? 'missing' : 'differs from'} the MD5 of what was sent`,
          )
        }
      }
      return sent
    },
  }
}

function refusal(call: string, answer: Answer): RefusedError {
  const [, code] = /<Code>([^<]*)<\/Code>/.exec(answer.text) ?? []
  const [, message] = /<Message>([^<]*)<\/Message>/.exec(answer.text) ?? []
  const reason = [code, message].filter(Boolean).join(': ')
  return new RefusedError(call, {
    status: answer.status,
    reason: reason === '' ? undefined : answer.excerpt(reason),
    code,
    retryAfterMs: retryAfterMs(answer.headers),
  })
}

function etagOf(answer: Answer): string | undefined {
  return answer.headers.get('etag')?.replace(/^W\//, '').replaceAll('"', '').toLowerCase()
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

function encodeKey(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/')
}
