import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { checkExpression } from '../expressions/check.ts'
import { type Dimension, dimensionOf } from '../promql/dimension.ts'
import type { Tree } from './tree.ts'

interface Target {
  readonly expr?: string
  readonly legendFormat?: string
}
interface Panel {
  readonly id?: number
  readonly type: string
  readonly title?: string
  readonly description?: string
  readonly targets?: readonly Target[]
  readonly fieldConfig?: { readonly defaults?: { readonly unit?: string } }
}
interface Dashboard {
  readonly templating?: { readonly list: readonly { readonly name: string }[] }
  readonly uid: string
  readonly title: string
  readonly editable?: boolean
  readonly panels?: readonly Panel[]
}

export interface DashboardFile {
  readonly file: string
  readonly dashboard: Dashboard
}

const FOLDER = 'operations/clusters/prod/monitoring/dashboards'

/** The dashboards as they lie in the tree. */
export const readDashboards = (tree: Tree): DashboardFile[] =>
  readdirSync(join(tree.root, FOLDER))
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({
      file: `${FOLDER}/${name}`,
      dashboard: JSON.parse(readFileSync(join(tree.root, FOLDER, name), 'utf8')) as Dashboard,
    }))

/** The panels that show something; rows only hold them together. */
export const panelsOf = ({ panels = [] }: Dashboard): Panel[] =>
  panels.filter(({ type }) => type !== 'row')

/** What each unit can show. */
const SHOWS: Readonly<Record<string, readonly Dimension[]>> = {
  s: ['seconds'],
  reqps: ['count a second'],
  cps: ['count a second'],
  cpm: ['count a minute'],
  bytes: ['bytes'],
  percentunit: ['ratio', 'number'],
  short: ['count', 'ratio', 'number'],
  none: ['count', 'number'],
}

/** One axis has one unit: seconds next to a count would be read as seconds. */
const checkUnit = ({ targets = [], fieldConfig }: Panel): string[] => {
  const unit = fieldConfig?.defaults?.unit ?? ''
  const shown = SHOWS[unit]
  if (unit === '') return []
  if (shown === undefined)
    return [`has the unit ${unit}; there are ${Object.keys(SHOWS).join(', ')}`]
  return targets
    .map(({ expr = '' }) => ({ expr, dimension: dimensionOf(expr) }))
    .filter(({ dimension }) => !shown.includes(dimension))
    .map(({ expr, dimension }) => `shows as ${unit} what is measured as ${dimension}: ${expr}`)
}

const checkPanel = (file: string, panel: Panel): string[] => {
  const { title = '', description = '', targets = [], fieldConfig } = panel
  const missing = [
    ...(title === '' ? ['a title'] : []),
    ...(description === '' ? ['a description'] : []),
    ...(fieldConfig?.defaults?.unit ? [] : ['a unit']),
    ...(targets.length === 0 ? ['a query'] : []),
    ...(targets.some(({ legendFormat = '' }) => legendFormat === '')
      ? ['a legend for each query']
      : []),
  ]
  const faults = [...targets.flatMap(({ expr = '' }) => checkExpression(expr)), ...checkUnit(panel)]
  return [
    ...missing.map(
      (what) =>
        `${file}: panel «${title}» lacks ${what}; add it in monitoring/src/components and generate.`,
    ),
    ...faults.map(
      (fault) =>
        `${file}: panel «${title}» ${fault}. Correct it in monitoring/src/components and generate.`,
    ),
  ]
}

/** What Grafana itself fills in: `$__rate_interval` and its like. */
const isOwn = (name: string) => name.startsWith('__')

const checkVariables = ({ file, dashboard }: DashboardFile): string[] => {
  const known = (dashboard.templating?.list ?? []).map(({ name }) => name)
  return panelsOf(dashboard).flatMap(({ title = '', targets = [] }) =>
    targets
      .flatMap(({ expr = '' }) => [...expr.matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name))
      .filter((name) => !isOwn(name) && !known.includes(name))
      .map(
        (name) =>
          `${file}: panel «${title}» uses the variable $${name}, which the dashboard does not have; there are ${known.join(', ')}.`,
      ),
  )
}

/** Two panels with one id are one to every link. */
const checkIds = ({ file, dashboard }: DashboardFile): string[] => {
  const ids = panelsOf(dashboard).map(({ id }) => id)
  return panelsOf(dashboard)
    .filter(({ id }, index) => ids.indexOf(id) < index)
    .map(
      ({ id, title = '' }) =>
        `${file}: panel «${title}» has the id ${id} of another one; give it another key in monitoring/src/components.`,
    )
}

/** Panels are whole, read what exists, and cannot be changed in the browser; the sidecar gets each file. */
export const checkDashboards = (tree: Tree): string[] => {
  const list = readFileSync(join(tree.root, FOLDER, 'kustomization.yaml'), 'utf8')
  return readDashboards(tree).flatMap(({ file, dashboard }) => [
    ...checkVariables({ file, dashboard }),
    ...checkIds({ file, dashboard }),
    ...(list.includes(basename(file))
      ? []
      : [`${file} is not mounted; name it in ${FOLDER}/kustomization.yaml.`]),
    ...(dashboard.editable === false
      ? []
      : [
          `${file}: the dashboard can be edited in the browser, where the next sync would undo it; make it readonly.`,
        ]),
    ...panelsOf(dashboard).flatMap((panel) => checkPanel(file, panel)),
  ])
}
