import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { faultTable, type ServiceName, serviceNames } from '../src/faults/registry.ts'
import { startTestFakes } from './support/fakes.ts'

type Expected = { status: number; says: RegExp }

/** How the faults that every service has look, whatever the service. */
const common: Record<string, Expected> = {
  unauthorized: { status: 401, says: /./ },
  'rate-limited': { status: 429, says: /^/ },
  'server-error': { status: 500, says: /./ },
  unavailable: { status: 503, says: /^/ },
  'bad-gateway': { status: 502, says: /<html>/ },
  'not-found': { status: 404, says: /^$/ },
  'html-page': { status: 200, says: /^<!doctype html>/ },
  'empty-body': { status: 200, says: /^$/ },
  'empty-bad-request': { status: 400, says: /^$/ },
}

/** The faults of one service, and where its own wording of a common one matters. */
const own: Partial<Record<ServiceName, Record<string, Expected>>> = {
  'kick-api': {
    unauthorized: { status: 401, says: /^\{"data":\{\},"message":"Unauthorized"\}$/ },
    forbidden: { status: 403, says: /^\{"error":"Request blocked by security policy\."/ },
    'bad-request': { status: 400, says: /^\{"data":"invalid request"/ },
    'limit-reached': {
      status: 400,
      says: /^\{"data":"event subscription limit reached","message":"Bad request"\}$/,
    },
    'string-data': { status: 200, says: /^\{"data":"OK"/ },
  },
  'kick-id': {
    unauthorized: { status: 401, says: /"error":"invalid_client"/ },
    forbidden: { status: 403, says: /^$/ },
    'invalid-grant': { status: 400, says: /"error":"invalid_grant"/ },
  },
  x: {
    unauthorized: { status: 401, says: /"type":"about:blank","status":401/ },
    'rate-limited-code-88': { status: 429, says: /"code":88/ },
    'no-credits': { status: 402, says: /CreditsDepleted/ },
    forbidden: { status: 403, says: /client-forbidden/ },
  },
  s3: {
    unavailable: { status: 503, says: /<Code>SlowDown<\/Code>/ },
    'access-denied': { status: 403, says: /<Code>AccessDenied<\/Code>/ },
    'signature-mismatch': { status: 403, says: /<Code>SignatureDoesNotMatch<\/Code>/ },
    'clock-skewed': { status: 403, says: /<Code>RequestTimeTooSkewed<\/Code>/ },
    'no-bucket': { status: 404, says: /<Code>NoSuchBucket<\/Code>/ },
  },
  resend: {
    unauthorized: { status: 401, says: /"name":"missing_api_key"/ },
    'invalid-key': { status: 403, says: /"name":"invalid_api_key"/ },
    'quota-used-up': { status: 429, says: /"name":"daily_quota_exceeded"/ },
    'invalid-recipient': { status: 422, says: /"name":"validation_error"/ },
  },
  telegram: {
    unauthorized: {
      status: 401,
      says: /^\{"ok":false,"error_code":401,"description":"Unauthorized"\}$/,
    },
    'rate-limited': {
      status: 429,
      says: /"Too Many Requests: retry after 5","parameters":\{"retry_after":5\}/,
    },
    'chat-not-found': { status: 400, says: /"Bad Request: chat not found"/ },
    'cannot-parse': { status: 400, says: /"Bad Request: can't parse entities: / },
    'thread-not-found': { status: 400, says: /"Bad Request: message thread not found"/ },
    kicked: { status: 403, says: /"Forbidden: bot was kicked from the supergroup chat"/ },
    'not-a-member': { status: 403, says: /"Forbidden: bot is not a member of/ },
    blocked: { status: 403, says: /"Forbidden: bot was blocked by the user"/ },
    'user-deactivated': { status: 403, says: /"Forbidden: user is deactivated"/ },
    'chat-deleted': { status: 403, says: /"Forbidden: the group chat was deleted"/ },
    'ok-with-error-status': { status: 500, says: /^\{"ok":true,"result":\{.*"chat":/ },
    'ok-without-result': { status: 200, says: /^\{"ok":true\}$/ },
    'ok-without-chat': { status: 200, says: /^\{"ok":true,"result":\{"message_id":7\}\}$/ },
    migrated: { status: 400, says: /"migrate_to_chat_id":-1002000000002/ },
  },
}

/** Something harmless to ask each service, and what it answers in its good fault. */
const questions: Record<Exclude<ServiceName, 'kick-webhooks'>, { path: string; well: number }> = {
  'kick-api': { path: '/public/v1/public-key', well: 200 },
  'kick-id': { path: '/oauth/authorize', well: 400 },
  x: { path: '/2/users?ids=1', well: 401 },
  s3: { path: '/chat-exports', well: 403 },
  resend: { path: '/', well: 404 },
  telegram: { path: '/bot123456:local-bot-token/getMe', well: 200 },
  heartbeat: { path: '/ping/watchdog', well: 200 },
  fallback: { path: '/', well: 404 },
}

const fakes = await startTestFakes()

describe.each(Object.entries(questions))('%s', (name, { path, well }) => {
  const service = name as keyof typeof questions
  const set = (fault: string, aim = {}) => fakes.client.injectFault(service, fault as 'hang', aim)
  const ask = () => fetch(`${fakes.url}/${service}${path}`)

  const answers = { ...common, ...own[service] }
  test.each(Object.entries(answers))(
    'in the fault %s answers so, once',
    async (fault, expected) => {
      await set(fault, { times: 1 })
      const answer = await ask()
      expect(answer.status).toBe(expected.status)
      expect(await answer.text()).toMatch(expected.says)
      expect((await ask()).status).toBe(well)
    },
  )

  test('hangs until the caller gives up', async () => {
    await set('hang', { times: 1 })
    const asked = fetch(`${fakes.url}/${service}${path}`, { signal: AbortSignal.timeout(100) })
    await expect(asked).rejects.toThrow(/timeout/)
  })

  test('drops the connection', async () => {
    await set('reset', { times: 1 })
    await expect(ask()).rejects.toThrow('fetch failed')
  })

  test('breaks off in the middle of the body', async () => {
    await set('cut-short', { times: 1 })
    await expect(ask().then((answer) => answer.text())).rejects.toThrow('terminated')
  })

  test('answers correctly, but late', async () => {
    await set('slow', { times: 1, seconds: 0.25 })
    const asked = ask()
    expect(await Promise.race([asked, wait(50, 'not yet')])).toBe('not yet')
    expect((await asked).status).toBe(well)
  })
})

test('every fault of the table is proven, here or with its service', () => {
  const elsewhere = ['hang', 'reset', 'cut-short', 'slow', 'any-code']
  const proven = new Set([...Object.keys(common), ...elsewhere])
  const left = serviceNames.flatMap((service) =>
    Object.entries(faultTable[service])
      .filter(([name, fault]) => !('variant' in fault) && !proven.has(name))
      .filter(([name]) => own[service]?.[name] === undefined)
      .map(([name]) => `${service} ${name}`),
  )
  expect(left).toEqual([])
})
