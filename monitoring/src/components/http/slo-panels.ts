import { inEnv, maxBy } from '../../grafana/query.ts'
import type { DashboardSpec, PanelSpec, RowSpec } from '../../grafana/spec.ts'
import { select } from '../../promql/series.ts'
import { burns, burnThreshold } from './alerts.ts'
import { errorRate, errorRatio, objective, requestRate, type Window } from './recording-rules.ts'

const BUDGET = burnThreshold(1)
const chosen = inEnv({ surface: { operator: '=~', value: '$surface' } })
const ratio = (window: Window) => maxBy(['surface'], select(errorRatio(window), chosen))
const spent = `${ratio('30d')} / ${BUDGET}`

const fine: RowSpec = {
  title: 'Error budget',
  panels: [
    {
      key: 'left',
      title: 'Budget left',
      description: `Share of the errors allowed in ${objective.periodDays} days that is left. At zero, the objective of ${objective.availability * 100} % is missed.`,
      kind: 'stat',
      unit: 'percentunit',
      width: 8,
      limit: 0.25,
      badBelow: true,
      alert: 'ApiErrorBudgetBurn',
      queries: [{ expr: `1 - ${spent}`, legend: '{{surface}}' }],
    },
    {
      key: 'availability',
      title: `Availability, ${objective.periodDays} days`,
      description: 'Share of requests answered without a server error.',
      kind: 'stat',
      unit: 'percentunit',
      width: 8,
      limit: objective.availability,
      badBelow: true,
      queries: [{ expr: `1 - ${ratio('30d')}`, legend: '{{surface}}' }],
    },
    {
      key: 'burning',
      title: 'Burning now',
      description:
        'How many times faster than sustainable the budget burned in the last five minutes.',
      kind: 'stat',
      unit: 'short',
      width: 8,
      limit: 1,
      queries: [{ expr: `${ratio('5m')} / ${BUDGET}`, legend: '{{surface}}' }],
    },
  ],
}

const burnPanel = ({ long, short, factor, severity }: (typeof burns)[number]): PanelSpec => ({
  key: `burn-${long}`,
  title: `${long} and ${short}: ${severity} at ${factor}`,
  description: `The budget burns this many times faster than sustainable. The alert needs both windows above the line.`,
  kind: 'lines',
  unit: 'short',
  width: 6,
  limit: factor,
  alert: 'ApiErrorBudgetBurn',
  queries: [long, short].map((window) => ({
    expr: `${ratio(window)} / ${BUDGET}`,
    legend: `${window} {{surface}}`,
  })),
})

export const sloDashboard: DashboardSpec = {
  uid: 'vf-slo',
  description: `The error budget of the API: ${objective.availability * 100} % of ${objective.periodDays} days.`,
  variables: [{ name: 'surface', label: 'Surface', of: `${requestRate('5m')}{env=~"$env"}` }],
  rows: [
    fine,
    {
      title: 'Burn rate',
      panels: [
        {
          key: 'burn',
          title: 'Burn, all windows',
          description:
            'At 1, the budget lasts exactly until the end of its period. Short windows react first.',
          kind: 'lines',
          unit: 'short',
          width: 24,
          limit: 1,
          alert: 'ApiErrorBudgetBurn',
          queries: (['5m', '30m', '2h', '6h', '1d', '3d'] as const).map((window) => ({
            expr: `${ratio(window)} / ${BUDGET}`,
            legend: `${window} {{surface}}`,
          })),
        },
        ...burns.map(burnPanel),
      ],
    },
    {
      title: 'Requests and errors',
      panels: [
        {
          key: 'requests',
          title: 'Requests by surface',
          description: 'Requests that count for the objective, for the API and for webhooks.',
          kind: 'lines',
          unit: 'reqps',
          width: 12,
          queries: [
            { expr: maxBy(['surface'], select(requestRate('5m'), chosen)), legend: '{{surface}}' },
          ],
        },
        {
          key: 'errors',
          title: 'Server errors by surface',
          description: 'Errors that use up the budget. Dashboard vf-api shows the routes.',
          kind: 'lines',
          unit: 'reqps',
          width: 12,
          queries: [
            { expr: maxBy(['surface'], select(errorRate('5m'), chosen)), legend: '{{surface}}' },
          ],
        },
      ],
    },
  ],
}
