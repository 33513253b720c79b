import { catalogue } from '@verifluence/api/catalogue'
import type { Battery, Check, Scenario, Timeline } from '../scenario.ts'
import { counting, type Process } from '../world.ts'

const ALERT = 'ApiErrorBudgetBurn'
const MINUTE = 60
/** More than half of six hours. */
const SEEN = 200 * MINUTE

/** Requests and failures between two scrapes. */
interface Load {
  readonly ok: number
  readonly failed: number
}

const nothing: Load = { ok: 0, failed: 0 }

/** What a replica answers, changing at moments that are told in order. */
interface Story {
  readonly env: string
  readonly route?: string
  readonly replicas?: readonly string[]
  readonly changes: readonly (readonly [from: number, load: Load])[]
  /** The pair of windows that is looked at. */
  readonly window: '30m' | '6h'
  /** Whether it must fire at a moment. */
  readonly checks: readonly (readonly [at: number, fires: boolean])[]
}

const loadAt = (changes: Story['changes'], second: number): Load =>
  changes.findLast(([from]) => second >= from)?.[1] ?? nothing

const timelines = ({ env, route = '/api/offers', replicas = ['a'], changes }: Story): Timeline[] =>
  replicas.flatMap((pod) => {
    const process: Process = { kind: 'api', env, pod }
    const answered = (status_code: string, count: (load: Load) => number) =>
      counting(
        process,
        catalogue.httpRequests.name,
        { method: 'GET', route, status_code },
        (second) => count(loadAt(changes, second)),
      )
    return [answered('200', ({ ok }) => ok), answered('503', ({ failed }) => failed)]
  })

const surfaceOf = ({ route = '' }: Story) => (route.startsWith('/wh/') ? 'webhooks' : 'api')

const stories: readonly Story[] = [
  {
    env: 'two-replicas-below',
    replicas: ['a', 'b'],
    changes: [[0, { ok: 57, failed: 3 }]],
    window: '30m',
    checks: [
      [30 * MINUTE, false],
      [60 * MINUTE, false],
    ],
  },
  {
    env: 'two-replicas-above',
    replicas: ['a', 'b'],
    changes: [[0, { ok: 54, failed: 6 }]],
    window: '30m',
    checks: [[30 * MINUTE, true]],
  },
  {
    env: 'only-webhooks-fail',
    route: '/wh/kick',
    changes: [[0, { ok: 0, failed: 30 }]],
    window: '30m',
    checks: [[30 * MINUTE, true]],
  },
  {
    env: 'a-short-outage',
    changes: [
      [0, { ok: 30, failed: 0 }],
      [60 * MINUTE, { ok: 0, failed: 30 }],
      [75 * MINUTE, { ok: 30, failed: 0 }],
    ],
    window: '30m',
    checks: [
      // Calm after five minutes, and over when it has been calm for ten.
      [88 * MINUTE, true],
      [91 * MINUTE, false],
    ],
  },
  {
    env: 'nobody-comes-any-more',
    changes: [
      [0, { ok: 270, failed: 30 }],
      [50 * MINUTE, { ok: 285, failed: 15 }],
      [60 * MINUTE, nothing],
    ],
    window: '30m',
    checks: [[73 * MINUTE, false]],
  },
  {
    env: 'fewer-come-and-all-are-refused',
    changes: [
      [0, { ok: 250, failed: 50 }],
      [50 * MINUTE, { ok: 300, failed: 0 }],
      [60 * MINUTE, { ok: 0, failed: 3 }],
    ],
    window: '30m',
    checks: [[65 * MINUTE, true]],
  },
  {
    env: 'the-longer-window-remembers',
    changes: [
      [0, { ok: 300, failed: 0 }],
      [SEEN, { ok: 150, failed: 150 }],
      [SEEN + 30 * MINUTE, { ok: 297, failed: 3 }],
    ],
    window: '6h',
    checks: [
      // The alert is kept for half an hour after the last moment at which it held.
      [SEEN + 85 * MINUTE, true],
      [SEEN + 94 * MINUTE, false],
    ],
  },
  {
    env: 'much-fewer-come',
    changes: [
      [0, { ok: 940, failed: 60 }],
      [SEEN, { ok: 980, failed: 20 }],
      [SEEN + 60 * MINUTE, { ok: 49, failed: 1 }],
    ],
    window: '6h',
    checks: [[SEEN + 80 * MINUTE, false]],
  },
  {
    env: 'much-fewer-come-and-more-are-refused',
    changes: [
      [0, { ok: 940, failed: 60 }],
      [SEEN, { ok: 1_000, failed: 0 }],
      [SEEN + 60 * MINUTE, { ok: 19, failed: 1 }],
    ],
    window: '6h',
    checks: [[SEEN + 94 * MINUTE, true]],
  },
  {
    env: 'two-replicas-below-for-longer',
    replicas: ['a', 'b'],
    changes: [[0, { ok: 98, failed: 2 }]],
    window: '6h',
    checks: [[SEEN, false]],
  },
  {
    env: 'two-replicas-above-for-longer',
    replicas: ['a', 'b'],
    changes: [[0, { ok: 95, failed: 5 }]],
    window: '6h',
    checks: [[SEEN, true]],
  },
]

const checksOf = (story: Story): Check[] => {
  const { env, window } = story
  const fired = { env, surface: surfaceOf(story), window }
  return story.checks.map(([at, fires]) => ({
    at,
    alert: ALERT,
    among: { env, window },
    fires: fires ? [fired] : [],
  }))
}

const scenario: Scenario = {
  title: `${ALERT} depends on each part of its rule`,
  lasts: SEEN + 95 * MINUTE,
  timelines: stories.flatMap(timelines),
  checks: stories.flatMap(checksOf),
}

export const burnStories: readonly Battery[] = [
  { name: `${ALERT} in every environment`, alerts: [ALERT], scenarios: [scenario] },
]
