import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { failureOf } from 'sideport'
import { describe, expect, it } from 'vitest'
import { closedPort, createBank, listening, startService } from './support.ts'

it('files a code that is the name of something all objects have under other', () => {
  expect(failureOf({ code: 'constructor' })).toBe('other')
})

describe('pitfall 36: an attempt without an answer is filed', () => {
  it('as connect when the port is closed', async () => {
    const { pay, counted } = createBank()
    await expect(pay(`http://${await closedPort()}/`)).rejects.toThrow()
    expect(await counted()).toEqual({ connect: 1 })
  })

  it('as connect when none of several addresses can be reached', async () => {
    const { pay, counted } = createBank()
    const port = (await closedPort()).split(':').at(-1)
    await expect(pay(`http://localhost:${port}/`)).rejects.toThrow()
    expect(await counted()).toEqual({ connect: 1 })
  })

  it('as dns when the name cannot be resolved', async () => {
    const { pay, counted } = createBank()
    await expect(pay('http://bank.invalid/')).rejects.toThrow()
    expect(await counted()).toEqual({ dns: 1 })
  })

  it('as tls when the port does not speak it', async () => {
    const { pay, counted } = createBank()
    const url = await startService((_request, response) => response.end())
    await expect(pay(url.replace('http:', 'https:'))).rejects.toThrow()
    expect(await counted()).toEqual({ tls: 1 })
  })

  it('as tls when the handshake is refused', async () => {
    const { pay, counted } = createBank()
    const server = createTlsServer((_request, response) => response.end())
    await listening(server)
    const { port } = server.address() as AddressInfo
    await expect(pay(`https://127.0.0.1:${port}/`)).rejects.toThrow()
    expect(await counted()).toEqual({ tls: 1 })
  })

  it('as reset when the connection ends or breaks before the headers', async () => {
    const { pay, counted } = createBank()
    const url = await startService(({ url, socket }) => {
      if (url === '/ends') socket.end()
      else socket.resetAndDestroy()
    })
    await expect(pay(`${url}/ends`)).rejects.toThrow()
    await expect(pay(`${url}/breaks`)).rejects.toThrow()
    expect(await counted()).toEqual({ reset: 2 })
  })

  it.each([
    ['AbortSignal.timeout', () => AbortSignal.timeout(20)],
    [
      'a timeout joined with the patience of the caller',
      () => AbortSignal.any([new AbortController().signal, AbortSignal.timeout(20)]),
    ],
    [
      'a timer that aborts with a TimeoutError',
      () => {
        const controller = new AbortController()
        setTimeout(() => controller.abort(new DOMException('too slow', 'TimeoutError')), 20)
        return controller.signal
      },
    ],
  ])('as timeout by %s, and not as the number 23', async (_way, signal) => {
    const { pay, counted } = createBank()
    const url = await startService(() => {})
    await expect(pay(url, { signal: signal() })).rejects.toThrow()
    expect(await counted()).toEqual({ timeout: 1 })
  })

  it.each([
    ['nothing', undefined],
    [
      'an error that looks like a failure of the network',
      Object.assign(new Error('shutting down'), { code: 'ECONNRESET' }),
    ],
    ['a string', 'enough'],
  ])('as aborted when the caller aborts with %s', async (_what, reason) => {
    const { pay, counted } = createBank()
    const controller = new AbortController()
    const url = await startService(() => controller.abort(reason))
    const thrown = await pay(url, { signal: controller.signal }).catch((error: unknown) => error)
    expect(thrown).toBe(controller.signal.reason)
    expect(await counted()).toEqual({ aborted: 1 })
  })

  it('as aborted when the signal is part of a Request', async () => {
    const { pay, counted } = createBank()
    const controller = new AbortController()
    const url = await startService(() => controller.abort('enough'))
    const request = new Request(url, { signal: controller.signal })
    await expect(pay(request)).rejects.toBe('enough')
    expect(await counted()).toEqual({ aborted: 1 })
  })

  it('as what it was, though the caller aborts later', async () => {
    const { pay, counted } = createBank({
      fetch: async (_input, init) => {
        const error = new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })
        controller.abort()
        expect(init?.signal?.aborted).toBe(true)
        throw error
      },
    })
    const controller = new AbortController()
    await expect(pay('http://bank/', { signal: controller.signal })).rejects.toThrow('fetch failed')
    expect(await counted()).toEqual({ connect: 1 })
  })

  it.each([
    ['an address that is none', 'http://:/'],
    ['a protocol that does not exist', 'gopher://bank.example/'],
  ])('as other for %s', async (_what, url) => {
    const { pay, counted } = createBank()
    await expect(pay(url)).rejects.toThrow()
    expect(await counted()).toEqual({ other: 1 })
  })

  it.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
    ['CERT_HAS_EXPIRED', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
    ['UND_ERR_CONNECT_TIMEOUT', 'connect'],
    ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
    ['EAI_AGAIN', 'dns'],
    ['EPIPE', 'reset'],
    ['HPE_INVALID_CONSTANT', 'other'],
  ])('by the code %s of a cause as %s', async (code, failure) => {
    const { pay, counted } = createBank({
      fetch: async () => {
        throw new TypeError('fetch failed', { cause: Object.assign(new Error('why'), { code }) })
      },
    })
    await expect(pay('http://bank/')).rejects.toThrow()
    expect(await counted()).toEqual({ [failure]: 1 })
  })

  it('by the codes of all addresses that were tried, where the whole has none', async () => {
    const tried = ['EUNKNOWN', 'ENETUNREACH'].map((code) =>
      Object.assign(new Error('why'), { code }),
    )
    const { pay, counted } = createBank({
      fetch: async () => {
        throw new TypeError('fetch failed', { cause: new AggregateError(tried) })
      },
    })
    await expect(pay('http://bank/')).rejects.toThrow()
    expect(await counted()).toEqual({ connect: 1 })
  })

  it.each([
    ['null', null],
    ['a string', 'ECONNREFUSED'],
    ['an error whose message says what its code does not', new Error('connect ECONNREFUSED')],
    ['an error with a numeric code', Object.assign(new Error('odd'), { code: 23 })],
    ['causes that go in a circle', circular()],
  ])('as other when what is thrown is %s', async (_what, thrown) => {
    const { pay, counted } = createBank({
      fetch: async () => {
        throw thrown
      },
    })
    await expect(pay('http://bank/')).rejects.toBe(thrown)
    expect(await counted()).toEqual({ other: 1 })
  })
})

function circular(): Error {
  const [one, other] = [new Error('one'), new Error('other')]
  one.cause = other
  other.cause = one
  return one
}
