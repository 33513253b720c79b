import { UserError } from '@verifluence/testkit'
import { localize } from './alertmanager/localize.ts'
import { type Manifest, nameOf } from './manifests/parse.ts'
import { withoutProbes } from './probes.ts'
import { CHART_MONITORS, chartPods } from './prometheus/chart-monitors.ts'
import { type LocalAddresses, podOf } from './prometheus/pods.ts'
import { type RuleFile, ruleFile } from './prometheus/rules.ts'
import { type ScrapeConfig, scrapeConfigs } from './prometheus/service-monitor.ts'
import { targetsOf } from './prometheus/targets.ts'
import { readRelease } from './release.ts'

/** What differs between this machine and the cluster. */
export type Surroundings = {
  readonly addresses: LocalAddresses
  /** `host:port` of the local Alertmanager. */
  readonly alertmanager: string
  readonly telegramUrl: string
  readonly chatId?: number
  /** The content of each Secret, by name and key. */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Addresses in annotations, and what they are here. */
  readonly links: Readonly<Record<string, string>>
  /** Folders the configuration will point to. */
  readonly folders: { readonly rules: string; readonly secrets: string; readonly templates: string }
}

/** The content of every file the local Prometheus and Alertmanager start from. */
export type Derived = {
  readonly prometheus: {
    readonly global: Readonly<Record<string, unknown>>
    readonly scrape_configs: readonly ScrapeConfig[]
    readonly [key: string]: unknown
  }
  readonly ruleFiles: readonly RuleFile[]
  readonly alertmanager: unknown
  /** Their external URLs, used in links. */
  readonly externalUrls: { readonly prometheus?: string; readonly alertmanager?: string }
  /** Further command-line arguments of Prometheus in production. */
  readonly prometheusArguments: readonly string[]
  readonly templateFiles: Readonly<Record<string, string>>
}

/**
 * Turns the production manifests into the files of a Prometheus and an Alertmanager on this machine,
 * in the way the operator and the chart do it in the cluster.
 *
 * @throws UserError for anything in the manifests that would be lost in translation.
 */
export function derive(all: readonly Manifest[], around: Surroundings): Derived {
  const manifests = withoutProbes(all)
  refuseUntranslated(manifests)
  const release = readRelease(manifests)
  const { prometheus, alertmanager } = release
  const ofKind = (kind: string) => manifests.filter((manifest) => manifest.kind === kind)
  const isSelected = (needsLabel: boolean) => (manifest: Manifest) =>
    !needsLabel || manifest.metadata.labels?.release === release.name

  const monitored = [...manifests, ...CHART_MONITORS]
  const pods = [
    ...ofKind('Deployment').map((deployment) => podOf(deployment, around.addresses)),
    ...chartPods(around.addresses),
  ]
  const targets = monitored
    .filter(({ kind }) => kind === 'Service')
    .flatMap((service) => targetsOf(service, pods))
  const monitors = [
    ...ofKind('ServiceMonitor').filter(isSelected(prometheus.monitorsNeedReleaseLabel)),
    ...CHART_MONITORS.filter(({ kind }) => kind === 'ServiceMonitor'),
  ]
  const rules = ofKind('PrometheusRule').filter(isSelected(prometheus.rulesNeedReleaseLabel))

  return {
    prometheus: {
      global: {
        scrape_interval: prometheus.scrapeInterval,
        evaluation_interval: prometheus.evaluationInterval,
        external_labels: prometheus.externalLabels,
      },
      rule_files: [`${around.folders.rules}/*.yaml`],
      alerting: { alertmanagers: [{ static_configs: [{ targets: [around.alertmanager] }] }] },
      scrape_configs: monitors.flatMap((monitor) => scrapeConfigs(monitor, targets)),
    },
    ruleFiles: rules.map(ruleFile).map((file) => withLinks(file, around.links)),
    alertmanager: localize(alertmanager.config, {
      secretsFolder: around.folders.secrets,
      templatesFolder: around.folders.templates,
      telegramUrl: around.telegramUrl,
      ...(around.chatId !== undefined && { chatId: around.chatId }),
      mounted: alertmanager.secrets,
      available: around.secrets,
    }),
    externalUrls: {
      ...(prometheus.externalUrl && { prometheus: prometheus.externalUrl }),
      ...(alertmanager.externalUrl && { alertmanager: alertmanager.externalUrl }),
    },
    prometheusArguments: prometheus.arguments,
    templateFiles: alertmanager.templateFiles,
  }
}

/** Annotations are the only place in which rules have addresses. */
function withLinks(file: RuleFile, links: Surroundings['links']): RuleFile {
  const text = Object.entries(links).reduce(
    (content, [production, here]) => content.replaceAll(production, here),
    JSON.stringify(file.content),
  )
  return { ...file, content: JSON.parse(text) }
}

const OPERATOR = 'monitoring.coreos.com/'
const TRANSLATED = ['ServiceMonitor', 'PrometheusRule']

function refuseUntranslated(manifests: readonly Manifest[]): void {
  const stranger = manifests.find(
    ({ apiVersion, kind }) => apiVersion.startsWith(OPERATOR) && !TRANSLATED.includes(kind),
  )
  if (stranger === undefined) return
  throw new UserError(
    `${nameOf(stranger)} is of a kind the local stack does not translate: correct its kind, use a ServiceMonitor, a PrometheusRule or the release's values, or teach local/src/derive that kind.`,
  )
}
