import { expect, it } from 'vitest'
import { createBank, startService } from './support.ts'

it('pitfall 36: counts an answer by its code when the headers arrive, even if the body is never read', async () => {
  const { pay, counted } = createBank()
  const url = await startService((request, response) => {
    response.writeHead(Number(request.url?.slice(1)))
    response.write('the body never ends')
  })
  for (const code of [200, 404, 429, 503]) await pay(`${url}/${code}`)
  expect(await counted()).toEqual({ 200: 1, 404: 1, 429: 1, 503: 1 })
})

it('does not count an answer again when its body breaks off', async () => {
  const { pay, counted } = createBank()
  const url = await startService((request, response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('a part')
    setTimeout(() => request.socket.destroy(), 20)
  })
  const response = await pay(url)
  await expect(response.text()).rejects.toThrow()
  expect(await counted()).toEqual({ 200: 1 })
})

it('counts every attempt, so that retries are seen', async () => {
  const { pay, counted } = createBank()
  let asked = 0
  const url = await startService((_request, response) => {
    response.writeHead(++asked < 3 ? 503 : 200).end()
  })
  while ((await pay(url)).status !== 200);
  expect(await counted()).toEqual({ 200: 1, 503: 2 })
})

it('measures the time to the headers by its own clock, failures included', async () => {
  let elapsed = 0
  const clock = { now: () => 0, elapsed: () => elapsed, after: () => () => {} }
  const { pay, refund, seconds } = createBank({ clock })
  const url = await startService(({ url, socket }, response) => {
    elapsed += 3
    if (url === '/breaks') return socket.destroy()
    response.write('first')
    return undefined
  })
  const response = await pay(url)
  elapsed += 50
  await response.body?.cancel()
  await expect(refund(`${url}/breaks`)).rejects.toThrow()
  expect(await seconds()).toEqual({ pay: 3, refund: 3 })
})

it('pitfall 33: hands on exactly what fetch took, gave and threw', async () => {
  const seen: unknown[] = []
  const answer = new Response('paid')
  const refusal = new Error('no')
  const { pay, refund } = createBank({
    fetch: async (...call) => {
      seen.push(...call)
      if (call[0] === 'http://bank/no') throw refusal
      return answer
    },
  })
  const init = { method: 'POST', body: '{}' }
  expect(await pay('http://bank/yes', init)).toBe(answer)
  await expect(refund('http://bank/no')).rejects.toBe(refusal)
  expect(seen).toEqual(['http://bank/yes', init, 'http://bank/no', undefined])
})

it('looks the global fetch up when it is called, so that one replaced later is used', async () => {
  const { pay, counted } = createBank()
  const original = globalThis.fetch
  globalThis.fetch = async () => new Response(null, { status: 418 })
  try {
    await pay('http://bank/')
  } finally {
    globalThis.fetch = original
  }
  expect(await counted()).toEqual({ 418: 1 })
})

it('knows the operations of its service, and no others', () => {
  const { forOperation } = createBank()
  forOperation('refund')
  // @ts-expect-error that is what the post does
  expect(() => forOperation('send')).not.toThrow()
})
