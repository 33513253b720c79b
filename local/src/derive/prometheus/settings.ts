import { z } from 'zod'
import { readPart } from '../manifests/parse.ts'

const flag = z.boolean().optional()
const anything = z.unknown().optional()

/** Settings that concern only the cluster: they change neither series nor rule evaluation. */
const CLUSTER_ONLY = [
  'affinity',
  'image',
  'logFormat',
  'logLevel',
  'nodeSelector',
  'podAntiAffinity',
  'podMetadata',
  'podMonitorSelectorNilUsesHelmValues',
  'priorityClassName',
  'probeSelectorNilUsesHelmValues',
  'replicas',
  'resources',
  'retention',
  'retentionSize',
  'scrapeConfigSelectorNilUsesHelmValues',
  'securityContext',
  'storageSpec',
  'tolerations',
  'topologySpreadConstraints',
  'walCompression',
] as const

/** Command-line options without their dashes, as the operator takes them. */
const argument = z.strictObject({ name: z.string(), value: z.string().optional() })

const specSchema = z.strictObject({
  scrapeInterval: z.string().default('30s'),
  evaluationInterval: z.string().default('30s'),
  externalLabels: z.record(z.string(), z.string()).default({}),
  externalUrl: z.string().optional(),
  additionalArgs: z.array(argument).default([]),
  ruleSelectorNilUsesHelmValues: flag,
  serviceMonitorSelectorNilUsesHelmValues: flag,
  ...(Object.fromEntries(CLUSTER_ONLY.map((key) => [key, anything])) as Record<
    (typeof CLUSTER_ONLY)[number],
    typeof anything
  >),
})

export type PrometheusSettings = {
  readonly scrapeInterval: string
  readonly evaluationInterval: string
  readonly externalLabels: Readonly<Record<string, string>>
  readonly externalUrl?: string
  /** Further options of the command line. */
  readonly arguments: readonly string[]
  /** Whether only objects with the release's own label are selected (the chart's default). */
  readonly rulesNeedReleaseLabel: boolean
  readonly monitorsNeedReleaseLabel: boolean
}

/** What the release says about Prometheus itself; intervals default to the chart's 30 s. */
export function prometheusSettings(where: string, prometheusSpec: unknown): PrometheusSettings {
  const spec = readPart(where, specSchema, prometheusSpec ?? {})
  return {
    scrapeInterval: spec.scrapeInterval,
    evaluationInterval: spec.evaluationInterval,
    ...(spec.externalUrl && { externalUrl: spec.externalUrl }),
    arguments: spec.additionalArgs.map(({ name, value }) =>
      value === undefined ? `--${name}` : `--${name}=${value}`,
    ),
    // The operator adds where the Prometheus object lives; its replica label is dropped before Alertmanager.
    externalLabels: { prometheus: 'monitoring/k8s-prometheus', ...spec.externalLabels },
    rulesNeedReleaseLabel: spec.ruleSelectorNilUsesHelmValues !== false,
    monitorsNeedReleaseLabel: spec.serviceMonitorSelectorNilUsesHelmValues !== false,
  }
}
