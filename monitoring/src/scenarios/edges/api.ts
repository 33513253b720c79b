import { catalogue } from '@verifluence/api/catalogue'
import { limits } from '../../limits.ts'
import { type Durations, observed } from '../observed.ts'
import type { Battery } from '../scenario.ts'
import type { Environment, Make } from './environments.ts'
import { latencies } from './latencies.ts'

const definition = catalogue.httpRequestDuration
const LATE = 2_400
const QUICK = 0.04
const SLOW = 2

interface Answered {
  readonly code?: string
  readonly route?: string
  readonly pod?: string
  readonly edges?: (edge: number) => string
}

/** Requests between two scrapes, by how long they took. */
const requests =
  (
    durations: Durations | ((second: number) => Durations),
    { code = '200', route = '/api/offers', pod = 'a', edges }: Answered = {},
  ) =>
  (process: Make) =>
    observed(
      process({ kind: 'api', pod }),
      definition,
      { method: 'GET', route, status_code: code },
      durations,
      edges,
    )

const together =
  (...parts: readonly ReturnType<typeof requests>[]) =>
  (process: Make) =>
    parts.flatMap((part) => part(process))

/** Four in fifteen minutes are let pass, five are not: there are thirty scrapes. */
const few = { [QUICK]: 0.3, [SLOW]: 0.13 }
const enough = { [QUICK]: 0.3, [SLOW]: 0.17 }
const prometheus3 = (edge: number) => (Number.isInteger(edge) ? `${edge}.0` : String(edge))

const BEARABLE = 0.8
const CALM = 1_500
/** Slow ones are there, but far fewer than one in a hundred. */
const calm = { [QUICK]: 1_000, [SLOW]: 0.5 }

const environments: readonly Environment[] = [
  {
    env: 'most-are-bearable',
    timelines: requests({ [BEARABLE]: 1_000, [SLOW]: 0.5 }),
    silent: [LATE],
  },
  {
    env: 'calmer-of-late',
    timelines: requests((at): Durations => (at < CALM ? { [SLOW]: 10 } : calm)),
    fires: [CALM, CALM + limits.calm],
    silent: [CALM + 450 + limits.calm],
  },
  {
    env: 'slow-ones-come-in-bursts',
    timelines: requests((at) => ({ [QUICK]: 10, [SLOW]: at % 240 === 0 ? 4 : 0 })),
    fires: [LATE - 150, LATE],
  },
  { env: 'few-are-slow', timelines: requests(few), silent: [LATE] },
  { env: 'enough-are-slow', timelines: requests(enough), fires: [LATE] },
  {
    env: 'enough-are-slow-in-prometheus-3',
    timelines: requests(enough, { edges: prometheus3 }),
    fires: [LATE],
  },
  {
    env: 'clients-hang-up-late',
    timelines: together(requests(calm), requests({ [SLOW]: 100 }, { code: '499' })),
    silent: [LATE],
  },
  {
    env: 'clients-hang-up-late-and-few-are-slow',
    timelines: together(requests(few), requests({ [SLOW]: 5 }, { code: '499' })),
    silent: [LATE],
  },
  {
    env: 'clients-hang-up-at-once',
    timelines: together(requests(enough), requests({ [QUICK]: 5 }, { code: '499' })),
    fires: [LATE],
  },
  {
    env: 'few-are-slow-beside-many-webhooks',
    timelines: together(requests(few), requests({ [QUICK]: 10 }, { route: '/wh/kick' })),
    silent: [LATE],
  },
  {
    env: 'enough-are-slow-beside-many-webhooks',
    timelines: together(requests(enough), requests({ [QUICK]: 10 }, { route: '/wh/kick' })),
    fires: [LATE],
  },
  {
    env: 'two-replicas-share-the-slow-ones',
    timelines: together(requests({ [SLOW]: 0.1 }), requests({ [SLOW]: 0.1 }, { pod: 'b' })),
    fires: [LATE],
  },
  {
    env: 'two-replicas-are-busy',
    timelines: together(
      requests({ [QUICK]: 1, [SLOW]: 0.05 }),
      requests({ [QUICK]: 1, [SLOW]: 0.05 }, { pod: 'b' }),
    ),
    silent: [LATE],
  },
]

export const apiStories: readonly Battery[] = [
  latencies('ApiSlow', {
    definition,
    labels: { method: 'GET', route: '/api/offers', status_code: '200' },
    bearable: 0.8,
    slow: SLOW,
    more: environments,
  }),
]
