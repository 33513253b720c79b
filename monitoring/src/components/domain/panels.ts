import { catalogue } from '@verifluence/api/catalogue'
import { activePerMinute, inEnv, maxBy } from '../../grafana/query.ts'
import type { PanelSpec, RowSpec } from '../../grafana/spec.ts'
import { not, series } from '../../promql/series.ts'
import { limits } from './alerts.ts'

export const refreshAge = `time() - ${maxBy(['table'], series(catalogue.domainLastRefresh, inEnv()))}`

const states = [
  ['campaigns', 'Campaigns', catalogue.campaignsByStatus],
  ['offers', 'Offers', catalogue.offersByStatus],
  ['negotiations', 'Negotiations', catalogue.negotiationsByStatus],
  ['deals', 'Deals', catalogue.dealsByStatus],
  ['submissions', 'Session submissions', catalogue.sessionSubmissionsByStatus],
] as const

const waiting = (key: keyof typeof limits.waiting, what: string, alert: string): PanelSpec => ({
  key: `oldest-${key}`,
  title: `Oldest ${what} waiting for a person`,
  description: 'How long the oldest one has waited. Empty while nothing waits.',
  kind: 'lines',
  unit: 's',
  width: 8,
  limit: limits.waiting[key],
  alert,
  mayBeEmpty: 'nothing waits for a person',
  queries: [
    {
      expr: `time() - max(${series(catalogue.domainOldestPending, inEnv({ table: key }))})`,
      legend: 'oldest',
    },
  ],
})

export const domain: RowSpec = {
  title: 'Domain',
  panels: [
    ...states.map(
      ([key, title, definition]): PanelSpec => ({
        key,
        title,
        description: `${title} in each status, as stored in the database.`,
        kind: 'lines',
        unit: 'short',
        width: 8,
        queries: [{ expr: maxBy(['status'], series(definition, inEnv())), legend: '{{status}}' }],
      }),
    ),
    {
      key: 'domain-refresh',
      title: 'Age of the totals, by table',
      description: 'A table whose line climbs can no longer be read.',
      kind: 'lines',
      unit: 's',
      width: 8,
      limit: limits.domainStale.after,
      alert: 'DomainGaugesStale',
      queries: [{ expr: refreshAge, legend: '{{table}}' }],
    },
    waiting('offers', 'offer', 'OfferWaiting'),
    waiting('session_submissions', 'submission', 'SubmissionWaiting'),
    {
      key: 'refreshes',
      title: 'Failed reads',
      description: 'Reads of a table a minute that failed or timed out.',
      kind: 'stacked',
      unit: 'cpm',
      width: 8,
      mayBeEmpty: 'every read succeeded',
      queries: [
        {
          expr: activePerMinute(
            ['table', 'result'],
            series(catalogue.domainRefresh, inEnv({ result: not('ok') })),
          ),
          legend: '{{table}} {{result}}',
        },
      ],
    },
  ],
}
