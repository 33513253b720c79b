import { catalogue } from '@verifluence/api/catalogue'
import { limits } from '../../limits.ts'
import type { Battery, Timeline } from '../scenario.ts'
import { counting, exported, type Process, presence, type Span } from '../world.ts'
import { cutOff, storyOf } from './environments.ts'

const AT = 1_800
const START = 600
const END = Number.POSITIVE_INFINITY
const lateBorn: readonly Span[] = [[START, END]]

const refreshed = (process: Process, at: (second: number) => number | undefined) =>
  exported(process, catalogue.domainLastRefresh.name, { table: 'offers' }, at)
const failed = (process: Process, perScrape = 1) =>
  counting(
    process,
    catalogue.domainRefresh.name,
    { table: 'offers', result: 'error' },
    () => perScrape,
  )

/** An api that has never read a table since it came up. */
const neverRead = (process: Process, perScrape = 1): Timeline[] => [
  ...presence(process),
  failed(process, perScrape),
]

const staleStory = storyOf('DomainGaugesStale', [
  {
    env: 'stands-still-from-a-moment-on',
    timelines: (process) => [refreshed(process({ kind: 'api' }), (now) => Math.min(now, AT))],
    silent: [AT + 180],
    fires: [AT + 210],
  },
  {
    env: 'read-at-zero',
    timelines: (process) => [
      ...neverRead(process({ kind: 'api', runs: lateBorn })),
      refreshed(process({ kind: 'api', runs: lateBorn }), () => 0),
    ],
    silent: [START + 150],
    fires: [START + 240],
  },
  {
    env: 'never-read-for-all-its-tries',
    timelines: (process) => neverRead(process({ kind: 'api' }), 1_000),
    silent: [120],
    fires: [300, AT],
  },
  {
    env: 'one-replica-is-young',
    timelines: (process) => [
      ...neverRead(process({ kind: 'api' })),
      ...neverRead(process({ kind: 'api', pod: 'b', runs: lateBorn })),
    ],
    silent: [START + 150],
    fires: [START + 240],
  },
  {
    env: 'the-worker-is-younger',
    timelines: (process) => [
      ...neverRead(process({ kind: 'api' })),
      ...presence(process({ runs: lateBorn })),
    ],
    fires: [START + 90],
  },
  {
    env: 'the-count-of-tries-vanishes',
    timelines: (process) => [
      ...presence(process({ kind: 'api' })),
      failed(process({ kind: 'api', ...cutOff(AT) })),
    ],
    fires: [AT + 60],
    silent: [AT + 150],
  },
  {
    env: 'the-start-vanishes',
    timelines: (process) => [
      ...presence(process({ kind: 'api', ...cutOff(AT) })),
      failed(process({ kind: 'api' })),
    ],
    fires: [AT + 60],
    silent: [AT + 150],
  },
])

const waits = (alert: string, table: keyof typeof limits.waiting): Battery => {
  const limit = limits.waiting[table]
  const since = (process: Process, at: number) =>
    exported(process, catalogue.domainOldestPending.name, { table }, () => at)
  return storyOf(alert, [
    {
      env: 'one-replica-has-not-counted-yet',
      timelines: (process) => [
        since(process({ kind: 'api' }), 1),
        since(process({ kind: 'api', pod: 'b' }), 3_600),
      ],
      silent: [limit + 1_800],
    },
    {
      env: 'waits-and-is-cut-off',
      timelines: (process) => [since(process({ kind: 'api', ...cutOff(limit + 600) }), 1)],
      fires: [limit + 300, limit + 660],
      silent: [limit + 750],
    },
  ])
}

export const domainStories: readonly Battery[] = [
  staleStory,
  waits('OfferWaiting', 'offers'),
  waits('SubmissionWaiting', 'session_submissions'),
]
