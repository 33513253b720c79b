import { Registry } from 'prom-client'
import { counter, createSideport, histogram, oneOf, open, pairs, recordFetch } from 'sideport'
import { expect, it } from 'vitest'

const exportedBy = ['shop'] as const
const about = { help: 'x', exportedBy }
const code = open('status_code', { atMost: 9 })
const service = pairs('target', 'operation', { github: ['repo'], x: ['users', 'posts'] })
const apart = [oneOf('target', ['bank', 'post']), oneOf('operation', ['ask', 'send'])] as const

const { metrics } = createSideport({
  catalogue: {
    attempts: counter({ ...about, name: 'shop_calls_total', labels: [service, code] }),
    duration: histogram({ ...about, name: 'shop_seconds', labels: [service], buckets: [1] }),
    apartAttempts: counter({ ...about, name: 'shop_apart_total', labels: [...apart, code] }),
    apartDuration: histogram({ ...about, name: 'shop_apart_seconds', labels: apart, buckets: [1] }),
  },
  exporter: 'shop',
  registry: new Registry(),
})

/** The compiler is the test: each expected error that is none fails `tsc`. */
it('infers the operations of each of several services', () => {
  const { attempts, duration } = metrics
  const github = recordFetch({ target: 'github', metrics: { attempts, duration } })
  const x = recordFetch({ target: 'x', metrics: { attempts, duration } })
  expect([github('repo'), x('users'), x('posts')]).toHaveLength(3)
  // @ts-expect-error that is what x does
  github('users')
  // @ts-expect-error that is what github does
  x('repo')
  // @ts-expect-error no such service
  recordFetch({ target: 'gitlab', metrics: { attempts, duration } })
  // @ts-expect-error a histogram is no counter
  recordFetch({ target: 'x', metrics: { attempts: duration, duration } })
})

it('takes labels that are declared apart, too', () => {
  const { apartAttempts: attempts, apartDuration: duration } = metrics
  const bank = recordFetch({ target: 'bank', metrics: { attempts, duration } })
  expect([bank('ask'), bank('send')]).toHaveLength(2)
  // @ts-expect-error no such value
  bank('repo')
  // @ts-expect-error no such service
  recordFetch({ target: 'github', metrics: { attempts, duration } })
})
