import { expect, test } from 'vitest'
import { createPacer } from '../../src/clients/http/retry.ts'

test('requests asked for at once start no faster than the allowance', async () => {
  const pace = createPacer(6_000)
  const begun = performance.now()
  const starts = await Promise.all(
    Array.from({ length: 21 }, async () => {
      await pace()
      return performance.now() - begun
    }),
  )
  // 10 ms apart; a timer may fire a millisecond early.
  for (const [index, start] of starts.entries()) {
    expect(start).toBeGreaterThanOrEqual(index * 10 - 2)
  }
})

test('an abort ends the wait with its own reason', async () => {
  const pace = createPacer(1)
  const controller = new AbortController()
  await pace(controller.signal)
  const second = pace(controller.signal)
  controller.abort(new Error('shutting down'))
  await expect(second).rejects.toThrow('shutting down')
  await expect(pace(controller.signal)).rejects.toThrow('shutting down')
})
