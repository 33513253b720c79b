import { isIPv4, isIPv6 } from 'node:net'

/** Allows so many requests of one key, or says how long to wait. */
export interface RateLimit {
  /** @returns 0 when the request is allowed, else the seconds until the next one is. */
  take(key: string): number
}

/** Keys that are remembered; of more, the ones unused for the longest are forgotten. */
const MOST_KEYS = 10_000

/**
 * A token bucket for each key, in the memory of this process: it costs nothing, unlike the limits in
 * the database, which it protects from floods.
 */
export function createRateLimit(options: {
  readonly perSecond: number
  readonly burst: number
  /** @default performance.now */
  readonly elapsedMs?: () => number
}): RateLimit {
  const { perSecond, burst, elapsedMs = () => performance.now() } = options
  const buckets = new Map<string, { left: number; at: number }>()
  return {
    take(key) {
      const now = elapsedMs()
      const bucket = buckets.get(key) ?? { left: burst, at: now }
      // Put last again: a Map iterates in the order of insertion.
      buckets.delete(key)
      buckets.set(key, bucket)
      if (buckets.size > MOST_KEYS) buckets.delete(buckets.keys().next().value ?? key)
      bucket.left = Math.min(burst, bucket.left + ((now - bucket.at) / 1000) * perSecond)
      bucket.at = now
      if (bucket.left < 1) return Math.ceil((1 - bucket.left) / perSecond)
      bucket.left -= 1
      return 0
    },
  }
}

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/**
 * What limits count a client by: its IPv4 address, or the /64 network of its IPv6 address, since one
 * client commands all addresses of such a network.
 *
 * @returns `undefined` for text that is no address.
 */
export function networkOf(address: string): string | undefined {
  const mapped = MAPPED_IPV4.exec(address)?.[1] ?? address
  if (isIPv4(mapped)) return mapped
  const [bare = ''] = address.split('%')
  if (!isIPv6(bare)) return undefined
  return `${groupsOf(bare).slice(0, 4).join(':')}::/64`
}

/** The eight groups of an IPv6 address, without leading zeros. */
function groupsOf(address: string): string[] {
  const [head = '', tail] = address.split('::')
  const split = (text: string) => (text === '' ? [] : text.split(':'))
  const front = split(head)
  const back = tail === undefined ? [] : split(tail)
  // An IPv4 address at the end takes the place of two groups.
  const width = (groups: string[]) => groups.length + (groups.at(-1)?.includes('.') ? 1 : 0)
  const zeros = Array<string>(Math.max(0, 8 - width(front) - width(back))).fill('0')
  return [...front, ...(tail === undefined ? [] : zeros), ...back].map((group) =>
    group.includes('.') ? group : Number.parseInt(group, 16).toString(16),
  )
}
