import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { RefusedError, UnreachableError } from '../../src/clients/http/errors.ts'
import { exchange } from '../../src/clients/http/exchange.ts'
import { type RetryPolicy, retryAfterMs, withRetries } from '../../src/clients/http/retry.ts'
import { answering } from './answering.ts'

const eager: RetryPolicy = { attempts: 4, firstPauseMs: 1, longestPauseMs: 50 }

function ask(
  url: string,
  policy: RetryPolicy,
  options: { signal?: AbortSignal; timeoutMs?: number } = {},
) {
  return withRetries(policy, options.signal, async () => {
    const answer = await exchange({
      name: 'shop orders',
      fetch,
      request: url,
      timeoutMs: options.timeoutMs ?? 5_000,
      signal: options.signal,
    })
    if (!answer.ok) {
      const asked = retryAfterMs(answer.headers)
      throw new RefusedError('shop orders', { status: answer.status, retryAfterMs: asked })
    }
    return answer
  })
}

describe('what is tried again', () => {
  test.each([429, 500, 502, 503, 504])('%i is, until an answer comes', async (status) => {
    const { url, seen } = await answering({ status }, { status }, { body: { fine: true } })
    expect((await ask(url, eager)).json).toEqual({ fine: true })
    expect(seen).toHaveLength(3)
  })

  test.each([400, 401, 402, 403, 404, 409, 422])('%i is not', async (status) => {
    const { url, seen } = await answering({ status })
    await expect(ask(url, eager)).rejects.toMatchObject({ name: 'RefusedError', status })
    expect(seen).toHaveLength(1)
  })

  test('a connection that breaks is', async () => {
    const { url, seen } = await answering('reset', 'reset', { body: {} })
    await ask(url, eager)
    expect(seen).toHaveLength(3)
  })

  test('an answer that does not come in time is, and the error names the call', async () => {
    const { url, seen } = await answering('hang')
    await expect(ask(url, { ...eager, attempts: 2 }, { timeoutMs: 100 })).rejects.toThrow(
      'shop orders got no answer: no answer within 100 ms',
    )
    expect(seen).toHaveLength(2)
  })

  test('nothing is beyond the number of attempts', async () => {
    const { url, seen } = await answering({ status: 503 })
    await expect(ask(url, eager)).rejects.toBeInstanceOf(RefusedError)
    expect(seen).toHaveLength(eager.attempts)
  })
})

describe('pauses', () => {
  const sluggish: RetryPolicy = { attempts: 2, firstPauseMs: 3_600_000, longestPauseMs: 3_600_000 }

  test('a target that names a pause gets that one instead of ours', async () => {
    const { url } = await answering({ status: 429, headers: { 'retry-after': '0' } }, { body: {} })
    await ask(url, sluggish)
  })

  test('a target that asks for more patience than we have is left alone', async () => {
    const { url, seen } = await answering({ status: 503, headers: { 'retry-after': '60' } })
    await expect(ask(url, eager)).rejects.toMatchObject({ retryAfterMs: 60_000 })
    expect(seen).toHaveLength(1)
  })

  test('an abort ends a pause with its own reason', async () => {
    const { url, seen } = await answering({ status: 503 })
    const controller = new AbortController()
    const asked = ask(url, sluggish, { signal: controller.signal })
    while (seen.length === 0) await new Promise(setImmediate)
    controller.abort(new Error('shutting down'))
    await expect(asked).rejects.toThrow('shutting down')
  })

  test.each([
    ['7', 7_000],
    ['0.5', 500],
    ['Sun, 22 Nov 2026 10:00:30 GMT', 30_000],
    ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
  ])('Retry-After "%s" means %s ms', (value, milliseconds) => {
    const now = Date.parse('2026-11-22T10:00:00Z')
    expect(retryAfterMs(new Headers({ 'retry-after': value }), now)).toBe(milliseconds)
  })
})

describe('one exchange', () => {
  test('an abort of the caller is not reported as an unreachable target', async () => {
    const { url, seen } = await answering('hang')
    const controller = new AbortController()
    const asked = ask(url, eager, { signal: controller.signal })
    while (seen.length === 0) await new Promise(setImmediate)
    controller.abort(new Error('shutting down'))
    await expect(asked).rejects.toThrow('shutting down')
  })

  test('a body that breaks off is no answer', async () => {
    const { url } = await answering({ headers: { 'content-length': '100' }, body: 'short' })
    const once = { ...eager, attempts: 1 }
    await expect(ask(url, once, { timeoutMs: 200 })).rejects.toBeInstanceOf(UnreachableError)
  })

  test('leaves nothing behind on a signal that lives as long as the process', async () => {
    const { url } = await answering({ status: 500 }, { status: 500 }, { body: {} })
    const { signal } = new AbortController()
    await ask(url, eager, { signal })
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})
