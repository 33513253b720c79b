import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRateLimit, networkOf } from '../../src/http/rate-limit.ts'

describe('a rate limit', () => {
  it('allows a burst, then the rate, and says how long to wait', () => {
    let ms = 0
    const limit = createRateLimit({ perSecond: 2, burst: 3, elapsedMs: () => ms })
    expect(Array.from({ length: 5 }, () => limit.take('one'))).toEqual([0, 0, 0, 1, 1])
    expect(limit.take('other')).toBe(0)
    ms += 500
    expect([limit.take('one'), limit.take('one')]).toEqual([0, 1])
  })

  it('forgets the keys that were not used for the longest', () => {
    const limit = createRateLimit({ perSecond: 0.001, burst: 1, elapsedMs: () => 0 })
    limit.take('first')
    expect(limit.take('first')).toBeGreaterThan(0)
    for (let key = 0; key < 10_000; key++) limit.take(String(key))
    expect(limit.take('first')).toBe(0)
  })
})

describe('the network of an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:0DB8:0000:0000:1:2:3:4', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['not an address', undefined],
    ['', undefined],
  ])('%s → %s', (address, network) => expect(networkOf(address)).toBe(network))

  it('is the same for all addresses of a /64, in every way to write them', () => {
    const group = fc.integer({ min: 0, max: 0xffff })
    const groups = (length: number) => fc.array(group, { minLength: length, maxLength: length })
    fc.assert(
      fc.property(groups(4), groups(4), groups(4), (prefix, one, other) => {
        const write = (all: number[]) => all.map((value) => value.toString(16)).join(':')
        const padded = (all: number[]) =>
          all.map((value) => value.toString(16).toUpperCase().padStart(4, '0')).join(':')
        const network = networkOf(write([...prefix, ...one]))
        expect(networkOf(padded([...prefix, ...other]))).toBe(network)
        expect(networkOf(`${write(prefix)}::`)).toBe(network)
        expect(network).toBe(`${write(prefix)}::/64`)
      }),
      { seed: 1 },
    )
  })
})
