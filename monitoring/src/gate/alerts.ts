import { checkExpression } from '../expressions/check.ts'
import { environmentOf } from '../expressions/environment.ts'
import { labelsMissing } from '../expressions/kept.ts'
import { anyEnvironment, environmentIn } from '../grafana/links.ts'
import { addresses } from '../places.ts'
import { panelsOf, readDashboards } from './dashboards.ts'
import { rulesOf, type WrittenRule } from './rules.ts'
import { RUNBOOKS, type Runbook, readRunbooks } from './runbooks.ts'
import type { Tree } from './tree.ts'

const SEVERITIES = ['critical', 'warning', 'none']
const SOURCE = 'correct it in monitoring/src/components and generate'

const checkAnnotations = ({
  file,
  alert,
  expr,
  labels = {},
  annotations = {},
}: WrittenRule): string[] => [
  ...labelsMissing(expr, Object.values({ ...labels, ...annotations })).map(
    (label) =>
      `${file}: alert ${alert} fills in the label ${label}, which its expression does not keep; ${SOURCE}.`,
  ),
  ...(SEVERITIES.includes(labels.severity ?? '')
    ? []
    : [
        `${file}: alert ${alert} has the severity ${labels.severity ?? '(none)'}; there are ${SEVERITIES.join(', ')}; ${SOURCE}.`,
      ]),
  ...['summary', 'description', 'runbook_url', 'dashboard_url']
    .filter((key) => !annotations[key])
    .map((key) => `${file}: alert ${alert} lacks ${key}; ${SOURCE}.`),
]

/** A link leads to a section that exists and says what the reader needs at three in the morning. */
const checkRunbook = (
  { file, alert, annotations = {} }: WrittenRule,
  runbooks: readonly Runbook[],
) => {
  const url = annotations.runbook_url
  if (!url) return []
  const [page, anchor] = url.split('#')
  const section = runbooks.find((one) => one.anchor === anchor)
  if (page !== `${addresses.docs}/runbooks` || section === undefined)
    return [
      `${file}: alert ${alert} points to ${url}, where no runbook is; write a section «${alert}» in ${RUNBOOKS}.`,
    ]
  return section.missing.map(
    (part) =>
      `${RUNBOOKS}: the section of ${alert} says nothing, or too little, under «${part}»; fill it in.`,
  )
}

/** A link leads to a panel that exists, and shows it for the environment that is in trouble. */
const checkPanelLink = (
  { file, alert, expr, labels, annotations = {} }: WrittenRule,
  panels: ReadonlySet<string>,
) => {
  const url = annotations.dashboard_url
  if (!url) return []
  if (!panels.has(anyEnvironment(url)))
    return [
      `${file}: alert ${alert} points to ${url}, a panel that no dashboard has; name another in monitoring/src/components and generate.`,
    ]
  const [chosen, due] = [environmentIn(url), environmentOf(expr, labels)]
  if (chosen === due) return []
  return [
    `${file}: alert ${alert} opens its panel for the environment ${chosen ?? '(none)'}, where it is about ${due ?? '(none)'}; ${SOURCE}.`,
  ]
}

/** Everything an alert owes to the person it wakes. */
export const checkAlerts = (tree: Tree): string[] => {
  const runbooks = readRunbooks(tree.root)
  const panels = new Set(
    readDashboards(tree).flatMap(({ dashboard }) =>
      panelsOf(dashboard).map(
        ({ id }) => `${addresses.grafana}/d/${dashboard.uid}?viewPanel=panel-${id}`,
      ),
    ),
  )
  return rulesOf(tree).flatMap((rule) => {
    const name = rule.alert ? `alert ${rule.alert}` : `recording ${rule.record}`
    const faults = checkExpression(rule.expr).map(
      (fault) => `${rule.file}: ${name} ${fault}. Correct it in monitoring/src and generate.`,
    )
    if (rule.alert === undefined) return faults
    return [
      ...faults,
      ...checkAnnotations(rule),
      ...checkRunbook(rule, runbooks),
      ...checkPanelLink(rule, panels),
    ]
  })
}
