import { catalogue } from '@verifluence/api/catalogue'
import type { Life } from '../life/life.ts'
import type { Theme } from '../theme.ts'
import { DAY, HOUR, MINUTE, type Span } from '../time.ts'
import { buckets, counter, type Track } from '../track.ts'

const ROUTE = { method: 'GET', route: '/api/offers' }

/** Requests between two scrapes at one replica, by status. A scanner is refused; a client hangs up. */
function answered(
  life: Life,
  status: string,
  second: number,
  tick: number,
  unlucky: number,
): number {
  const requests = life.requests(second)
  const isDown = life.fails('all-fail', second)
  switch (status) {
    case '200':
      return isDown ? 0 : requests
    case '401':
      return tick % 9 === 0 ? 2 : 0
    case '499':
      return Number(requests > 0 && tick % 13 === 0)
    default:
      return isDown ? requests : unlucky
  }
}

/** So many at each tick on average, in whole requests. */
const share = (perTick: number, tick: number) =>
  Math.floor(perTick * (tick + 1)) - Math.floor(perTick * tick)

function requests(life: Life): Track[] {
  return life.api.flatMap((pod) => {
    const chance = life.random.fork()
    const slow = life.random.fork()
    return [
      ...['200', '401', '499', '500'].map((status_code) =>
        counter(pod, catalogue.httpRequests.name, { ...ROUTE, status_code }, (second, tick) => {
          // One request in some thousands fails, by day and by night.
          const unlucky = life.fails('some-fail', second)
            ? share(life.requests(second) * 0.025, tick)
            : Number(chance.chance(life.requests(second) * 0.0003))
          return answered(life, status_code, second, tick, unlucky)
        }),
      ),
      ...buckets(
        pod,
        catalogue.httpRequestDuration,
        { ...ROUTE, status_code: '200' },
        (second) => {
          const all = life.requests(second)
          if (life.fails('slow', second)) return { quick: 0, slow: all }
          return { quick: all, slow: Number(slow.chance(all * 0.0008)) }
        },
        2,
      ),
      // A client that disconnects has waited for long.
      ...buckets(
        pod,
        catalogue.httpRequestDuration,
        { ...ROUTE, status_code: '499' },
        (second, tick) => ({ quick: 0, slow: answered(life, '499', second, tick, 0) }),
        8,
      ),
    ]
  })
}

/** People are there. */
const byDay = ({ requests }: Life, [from, until]: Span) =>
  requests(from) >= 15 && requests(until) >= 15

/** The API as people feel it. */
export const apiTheme: Theme = {
  name: 'api',
  alerts: ['ApiErrorBudgetBurn', 'ApiSlow'],
  tracks: requests,
  failures: [
    {
      name: 'all-fail',
      failure: 'F16',
      alert: 'ApiErrorBudgetBurn',
      labels: { severity: 'critical', window: '30m' },
      within: 5 * MINUTE,
      lasts: 10 * MINUTE,
      when: byDay,
    },
    {
      name: 'some-fail',
      failure: 'F16',
      alert: 'ApiErrorBudgetBurn',
      labels: { severity: 'warning', window: '1d' },
      // A day at this pace costs a sixth of the month's budget.
      within: DAY,
      lasts: DAY + HOUR,
      lane: 'slow burn',
    },
    {
      name: 'slow',
      failure: 'F17',
      alert: 'ApiSlow',
      within: 20 * MINUTE,
      lasts: 25 * MINUTE,
      when: byDay,
    },
  ],
}
