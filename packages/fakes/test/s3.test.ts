import { createHash } from 'node:crypto'
import { AwsClient } from 'aws4fetch'
import { beforeEach, expect, test } from 'vitest'
import { startTestFakes } from './support/fakes.ts'

const fakes = await startTestFakes()
const bucket = `${fakes.url}/s3/chat-exports`
const right = {
  accessKeyId: 'LOCALS3KEY',
  secretAccessKey: 'local-s3-secret',
  service: 's3',
  region: 'auto',
  retries: 0,
}
const client = new AwsClient(right)
const put = (key: string, body: string, headers: Record<string, string> = {}, by = client) =>
  by.fetch(`${bucket}/${key}`, { method: 'PUT', body, headers })
const code = async (answer: Response) => /<Code>(\w+)</.exec(await answer.text())?.[1]
const awsDate = (at: number) => new Date(at).toISOString().replace(/[:-]|\.\d{3}/g, '')

beforeEach(() => fakes.client.clearFaults())

test('an object is stored under its key with the MD5 as ETag, and read back', async () => {
  const answer = await put('chat/2026/11/22/07.ndjson.gz', 'content', {
    'content-type': 'application/gzip',
  })
  const md5 = createHash('md5').update('content').digest('hex')
  expect([answer.status, answer.headers.get('etag')]).toEqual([200, `"${md5}"`])
  const read = await client.fetch(`${bucket}/chat/2026/11/22/07.ndjson.gz`)
  expect(await read.text()).toBe('content')
  expect(read.headers.get('content-type')).toBe('application/gzip')
})

test('HEAD tells ETag and size without a body', async () => {
  await put('head.txt', 'four')
  const answer = await client.fetch(`${bucket}/head.txt`, { method: 'HEAD' })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-length')).toBe('4')
  expect(answer.headers.get('etag')).toMatch(/^"[\da-f]{32}"$/)
  expect((await client.fetch(`${bucket}/gone.txt`, { method: 'HEAD' })).status).toBe(404)
})

test('keys with spaces, umlauts and signs are signed and stored as they are', async () => {
  expect((await put("a b/ü(1)'!*.txt", 'x')).status).toBe(200)
  const [stored] = await fakes.client.objects('a b/')
  expect(stored?.key).toBe("a b/ü(1)'!*.txt")
})

test('a listing is in order, by prefix and in pages', async () => {
  for (const name of ['list/c', 'list/a', 'list/b']) await put(name, 'x')
  const all = await (await client.fetch(`${bucket}?list-type=2&prefix=list/`)).text()
  expect([...all.matchAll(/<Key>([^<]+)</g)].map(([, key]) => key)).toEqual([
    'list/a',
    'list/b',
    'list/c',
  ])
  const page = await (await client.fetch(`${bucket}?list-type=2&prefix=list/&max-keys=2`)).text()
  expect(page).toContain('<IsTruncated>true</IsTruncated>')
  const token = /<NextContinuationToken>([^<]+)</.exec(page)?.[1] ?? ''
  const rest = await client.fetch(
    `${bucket}?list-type=2&prefix=list/&continuation-token=${encodeURIComponent(token)}`,
  )
  expect(await rest.text()).toContain('<Key>list/c</Key>')
})

test('If-None-Match: * keeps what is there', async () => {
  const once = { 'if-none-match': '*' }
  expect((await put('once.txt', 'first', once)).status).toBe(200)
  const second = await put('once.txt', 'second', once)
  expect([second.status, await code(second)]).toEqual([412, 'PreconditionFailed'])
  expect((await put('once.txt', 'third')).status).toBe(200)
})

test('a deleted object is gone', async () => {
  await put('brief.txt', 'x')
  expect((await client.fetch(`${bucket}/brief.txt`, { method: 'DELETE' })).status).toBe(204)
  expect(await code(await client.fetch(`${bucket}/brief.txt`))).toBe('NoSuchKey')
})

test('the hash of the body is checked when it is signed', async () => {
  const hash = createHash('sha256').update('content').digest('hex')
  expect((await put('hashed.txt', 'content', { 'x-amz-content-sha256': hash })).status).toBe(200)
  const wrong = await put('hashed.txt', 'other', { 'x-amz-content-sha256': hash })
  expect([wrong.status, await code(wrong)]).toEqual([400, 'XAmzContentSHA256Mismatch'])
})

test.each([
  ['a wrong secret', { secretAccessKey: 'guess' }, 403, 'SignatureDoesNotMatch'],
  ['an unknown key', { accessKeyId: 'UNKNOWN' }, 403, 'InvalidAccessKeyId'],
  ['another region', { region: 'us-east-1' }, 400, 'AuthorizationHeaderMalformed'],
  ['another service', { service: 'sqs' }, 400, 'AuthorizationHeaderMalformed'],
])('%s is refused', async (_, change, status, reason) => {
  const answer = await put('no.txt', 'x', {}, new AwsClient({ ...right, ...change }))
  expect([answer.status, await code(answer)]).toEqual([status, reason])
})

test('no signature, a header that was not signed and a chunked upload are refused', async () => {
  expect(await code(await fetch(`${bucket}/x`))).toBe('AccessDenied')
  const signed = await client.sign(`${bucket}/x`, { method: 'PUT', body: 'x' })
  signed.headers.set('x-amz-acl', 'public-read')
  expect(await code(await fetch(signed))).toBe('AccessDenied')
  const chunked = { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' }
  expect((await put('x', 'x', chunked)).status).toBe(501)
})

test('a signature for another path, method or date does not fit', async () => {
  const good = await client.sign(`${bucket}/good.txt`, { method: 'PUT', body: 'x' })
  const headers = good.headers
  const moved = await fetch(`${bucket}/other.txt`, { method: 'PUT', body: 'x', headers })
  expect(await code(moved)).toBe('SignatureDoesNotMatch')
  const deleted = await fetch(`${bucket}/good.txt`, { method: 'DELETE', headers })
  expect(await code(deleted)).toBe('SignatureDoesNotMatch')
})

test.each([-16, 16])('a clock that is %d minutes off is too far, 14 are not', async (minutes) => {
  const at = (offset: number) => ({ aws: { datetime: awsDate(Date.now() + offset * 60_000) } })
  const far = await client.fetch(`${bucket}/far.txt`, { method: 'PUT', body: 'x', ...at(minutes) })
  expect([far.status, await code(far)]).toEqual([403, 'RequestTimeTooSkewed'])
  const near = at(Math.sign(minutes) * 14)
  expect(
    (await client.fetch(`${bucket}/n.txt`, { method: 'PUT', body: 'x', ...near })).status,
  ).toBe(200)
})

test('an unknown bucket is not found', async () => {
  const answer = await client.fetch(`${fakes.url}/s3/elsewhere/x`)
  expect([answer.status, await code(answer)]).toEqual([404, 'NoSuchBucket'])
})

test('a damaged object has an ETag that does not fit', async () => {
  await fakes.client.injectFault('s3', 'wrong-etag', { times: 1 })
  const answer = await put('damaged.txt', 'content')
  const md5 = createHash('md5').update('content').digest('hex')
  expect(answer.headers.get('etag')).not.toBe(`"${md5}"`)
})
