import { readFileSync } from 'node:fs'
import { isSeq, parseDocument } from 'yaml'
import { CHART_ORIGIN } from '../alertmanager/channels.ts'
import { alertmanagerConfig } from '../alertmanager/config.ts'
import { telegramTemplate } from '../alertmanager/telegram.ts'
import { addresses, secrets } from '../places.ts'
import { type GeneratedFile, header } from './files.ts'

const base = new URL('../release/base.yaml', import.meta.url)

/** What the base leaves open because code knows it better, by path below `spec.values`. */
const filled: readonly (readonly [path: readonly string[], value: unknown])[] = [
  [['defaultRules', 'additionalRuleLabels'], CHART_ORIGIN],
  [['prometheus', 'prometheusSpec', 'externalUrl'], addresses.prometheus],
  [['alertmanager', 'config'], alertmanagerConfig],
  [['alertmanager', 'templateFiles'], { 'telegram.tmpl': telegramTemplate }],
  [['alertmanager', 'alertmanagerSpec', 'externalUrl'], addresses.alertmanager],
  [['alertmanager', 'alertmanagerSpec', 'secrets'], Object.values(secrets).map(({ name }) => name)],
  [['grafana', 'grafana.ini', 'server', 'root_url'], addresses.grafana],
]

/** The HelmRelease: the commented base, with routes, templates and addresses filled in. */
export const releaseFile = (): GeneratedFile => {
  const document = parseDocument(readFileSync(base, 'utf8'))
  for (const [path, value] of filled) {
    const full = ['spec', 'values', ...path]
    if (!document.hasIn(full))
      throw new Error(`monitoring/src/release/base.yaml has no ${full.join('.')}; put it back.`)
    document.setIn(full, document.createNode(value))
  }
  return {
    path: 'operations/clusters/prod/monitoring/releases/kube-prometheus-stack.yaml',
    content: `# ${header('monitoring/src/release/base.yaml and monitoring/src/alertmanager')}\n${document.toString({ lineWidth: 0 })}`,
  }
}

/** A flag of Prometheus as the release sets it; undefined where it is left to its default. */
export const argumentOfPrometheus = (name: string): string | undefined => {
  const path = ['spec', 'values', 'prometheus', 'prometheusSpec', 'additionalArgs']
  const list: unknown = parseDocument(readFileSync(base, 'utf8')).getIn(path)
  const flags = isSeq(list) ? (list.toJSON() as { name: string; value: string }[]) : []
  return flags.find((flag) => flag.name === name)?.value
}
