import { catalogue } from '@verifluence/api/catalogue'
import type { Definition } from 'sideport'
import { type MetricKey, type Queries, type Theme, themes } from '../components/index.ts'
import { domains, labelNames } from './domains.ts'
import type { Parts } from './markers.ts'
import { code, table } from './table.ts'

const entries = ({ queries }: Theme) => Object.entries(queries) as [MetricKey, Queries][]

const definition = (key: MetricKey): Definition => catalogue[key]

const overview = (theme: Theme) =>
  table(
    ['Metric', 'Type', 'Labels', 'Unit', 'Over replicas', 'Meaning'],
    entries(theme).map(([key]) => {
      const metric = definition(key)
      return [
        `[${code(metric.name)}](#${metric.name})`,
        metric.type,
        labelNames(metric),
        metric.unit ?? '–',
        code(metric.aggregate),
        metric.help,
      ]
    }),
  )

/** Each label once, however many metrics have it. */
const labels = (theme: Theme) => {
  const metrics = entries(theme).map(([key]) => definition(key))
  const byText = new Map(
    metrics.flatMap(domains).map((domain) => [`${domain.names} ${domain.values}`, domain]),
  )
  const rows = [...byText.values()].map(({ names, values }) => {
    const labelled = metrics.filter((metric) => domains(metric).some((one) => one.names === names))
    const having = labelled.filter((metric) => domains(metric).some((one) => one.values === values))
    const all = having.length === labelled.length
    return [names, values, all ? 'all' : having.map(({ name }) => code(name)).join(', ')]
  })
  return rows.length === 0 ? [] : [table(['Label', 'Values', 'On'], rows)]
}

const asked = ([key, queries]: [MetricKey, Queries]) => {
  const metric = definition(key)
  const edges = metric.type === 'histogram' ? `Buckets: ${metric.buckets.join(', ')}.\n\n` : ''
  const blocks = queries.map(
    ({ answers, expr, mayBeEmpty }) =>
      `${answers}${mayBeEmpty ? ` Returns nothing when ${mayBeEmpty}.` : ''}\n\n\`\`\`promql\n${expr}\n\`\`\``,
  )
  return `#### ${metric.name}\n\n${edges}${blocks.join('\n\n')}`
}

const ofTheme = (theme: Theme) =>
  [overview(theme), ...labels(theme), ...entries(theme).map(asked)].join('\n\n')

const ours = themes.flatMap((theme) =>
  entries(theme)
    .filter(([key]) => definition(key).name.startsWith('vf_'))
    .map(([key]) => {
      const metric = definition(key)
      return [
        `[${code(metric.name)}](${theme.page}.md#${metric.name})`,
        metric.type,
        labelNames(metric),
        metric.help,
      ]
    }),
)

/** `metrics-THEME` for each theme, and `metrics`: one line each. */
export const metricParts: Parts = {
  metrics: table(['Metric', 'Type', 'Labels', 'Meaning'], ours),
  ...Object.fromEntries(themes.map((theme) => [`metrics-${theme.name}`, ofTheme(theme)])),
}
