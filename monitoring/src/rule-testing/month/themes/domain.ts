import { catalogue, DOMAIN_TABLES } from '@verifluence/api/catalogue'
import { limits } from '../../../components/domain/alerts.ts'
import type { Life } from '../life/life.ts'
import { presenceOf } from '../life/pods.ts'
import type { Theme } from '../theme.ts'
import { HOUR, MINUTE, type Span } from '../time.ts'
import { counter, gauge, type Track } from '../track.ts'

const waiting = [
  { table: 'offers', failure: 'offer-waits', answered: 41 * HOUR },
  { table: 'session_submissions', failure: 'submission-waits', answered: 19 * HOUR },
] as const

/** Something always waits; it is answered in time, until it is not: then since the limit is reached. */
function oldest(life: Life, { table, failure, answered }: (typeof waiting)[number]) {
  return (second: number) => {
    const failing = life.failsSince(failure, second)
    const since =
      failing === undefined ? second - (second % answered) : failing - limits.waiting[table]
    return Math.max(1, since)
  }
}

const fromTick = (life: Life): Track[] =>
  life.api.flatMap((pod) => {
    const read = new Map<string, number>()
    const chance = life.random.fork()
    return [
      ...presenceOf(pod),
      ...DOMAIN_TABLES.flatMap((table) => [
        counter(pod, catalogue.domainRefresh.name, { table, result: 'ok' }, () => 1),
        gauge(pod, catalogue.domainLastRefresh.name, { table }, (second) => {
          const isMissed = life.fails('database-gone', second) || chance.chance(0.002)
          if (!isMissed) read.set(table, Math.max(1, second - 12))
          return read.get(table)
        }),
      ]),
      ...waiting.map((what) =>
        gauge(pod, catalogue.domainOldestPending.name, { table: what.table }, oldest(life, what)),
      ),
    ]
  })

/** What is in the database, and whether it can be read. */
export const domainTheme: Theme = {
  name: 'domain',
  alerts: ['DomainGaugesStale', 'OfferWaiting', 'SubmissionWaiting'],
  tracks: fromTick,
  failures: [
    {
      name: 'database-gone',
      failure: 'F18',
      alert: 'DomainGaugesStale',
      within: 5 * MINUTE,
      lasts: 10 * MINUTE,
    },
    ...waiting.map(({ failure, table }) => ({
      name: failure,
      failure: 'F21',
      alert: table === 'offers' ? 'OfferWaiting' : 'SubmissionWaiting',
      within: 5 * MINUTE,
      lasts: HOUR,
      lane: failure,
      // Nothing can have waited for longer than there is a month.
      when: (_: Life, [from]: Span) => from > limits.waiting[table],
    })),
  ],
}
