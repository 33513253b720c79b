import { z } from 'zod'
import { type Manifest, nameOf, readPart } from '../manifests/parse.ts'
import { type Relabel, relabelSchema, withoutUndefined } from './relabel.ts'
import { metaLabel, type StaticTarget } from './targets.ts'

const endpointSchema = z.strictObject({
  port: z.string(),
  path: z.string().optional(),
  scheme: z.string().optional(),
  interval: z.string().optional(),
  scrapeTimeout: z.string().optional(),
  honorLabels: z.boolean().optional(),
  honorTimestamps: z.boolean().optional(),
  relabelings: z.array(relabelSchema).default([]),
  metricRelabelings: z.array(relabelSchema).default([]),
})

const specSchema = z.strictObject({
  selector: z.strictObject({ matchLabels: z.record(z.string(), z.string()).default({}) }),
  namespaceSelector: z
    .strictObject({ matchNames: z.array(z.string()).optional(), any: z.boolean().optional() })
    .optional(),
  endpoints: z.array(endpointSchema),
  jobLabel: z.string().optional(),
  targetLabels: z.array(z.string()).default([]),
  podTargetLabels: z.array(z.string()).default([]),
  attachMetadata: z.strictObject({ node: z.boolean().optional() }).optional(),
  sampleLimit: z.number().optional(),
  labelLimit: z.number().optional(),
  labelNameLengthLimit: z.number().optional(),
  labelValueLengthLimit: z.number().optional(),
  fallbackScrapeProtocol: z.string().optional(),
})

type Spec = z.infer<typeof specSchema>

/** One entry of `scrape_configs`. */
export type ScrapeConfig = { readonly job_name: string; readonly [key: string]: unknown }

/**
 * The scrape configurations the operator would write for a ServiceMonitor: the same relabelling steps
 * in the same order, on targets that carry the labels Kubernetes discovery would attach. Which of the
 * targets are kept is Prometheus's own decision, as in the cluster.
 *
 * Source: prometheus-operator pkg/prometheus/promcfg.go, generateServiceMonitorConfig.
 *
 * @throws UserError for a setting that is not translated.
 */
export function scrapeConfigs(monitor: Manifest, targets: readonly StaticTarget[]): ScrapeConfig[] {
  const spec = readPart(nameOf(monitor), specSchema, monitor.spec)
  const namespace = monitor.metadata.namespace ?? 'default'
  const { matchNames = [namespace], any = false } = spec.namespaceSelector ?? {}
  const inReach = targets.filter(
    ({ labels }) => any || matchNames.includes(labels[metaLabel('namespace')] ?? ''),
  )
  return spec.endpoints.map((endpoint, index) =>
    withoutUndefined({
      job_name: `serviceMonitor/${namespace}/${monitor.metadata.name}/${index}`,
      honor_labels: endpoint.honorLabels ?? false,
      honor_timestamps: endpoint.honorTimestamps,
      metrics_path: endpoint.path,
      scheme: endpoint.scheme?.toLowerCase(),
      scrape_interval: endpoint.interval,
      scrape_timeout: endpoint.scrapeTimeout,
      sample_limit: spec.sampleLimit,
      label_limit: spec.labelLimit,
      label_name_length_limit: spec.labelNameLengthLimit,
      label_value_length_limit: spec.labelValueLengthLimit,
      fallback_scrape_protocol: spec.fallbackScrapeProtocol,
      static_configs: inReach.map(({ address, labels }) => ({ targets: [address], labels })),
      relabel_configs: [...relabelling(spec, endpoint.port), ...endpoint.relabelings],
      metric_relabel_configs:
        endpoint.metricRelabelings.length > 0 ? endpoint.metricRelabelings : undefined,
    }),
  )
}

function relabelling(spec: Spec, port: string): Relabel[] {
  const copy = (from: string, to: string): Relabel => ({
    source_labels: [metaLabel(from)],
    target_label: to,
  })
  const copyIfSet = (from: string, to: string): Relabel => ({
    ...copy(from, to),
    regex: '(.+)',
    replacement: '$' + '{1}',
  })
  return [
    { source_labels: ['job'], target_label: '__tmp_prometheus_job_name' },
    { ...keep(['pod_phase'], '(Failed|Succeeded)'), action: 'drop' },
    ...Object.entries(spec.selector.matchLabels).map(([label, value]) =>
      keep([`service_label_${label}`, `service_labelpresent_${label}`], `(${literal(value)});true`),
    ),
    keep(['endpoint_port_name'], port),
    copy('namespace', 'namespace'),
    copy('service_name', 'service'),
    copy('pod_name', 'pod'),
    copy('pod_container_name', 'container'),
    ...spec.targetLabels.map((label) => copyIfSet(`service_label_${label}`, safe(label))),
    ...spec.podTargetLabels.map((label) => copyIfSet(`pod_label_${label}`, safe(label))),
    copyIfSet('service_name', 'job'),
    ...(spec.jobLabel ? [copyIfSet(`service_label_${spec.jobLabel}`, 'job')] : []),
    { target_label: 'endpoint', replacement: port },
  ]
}

function keep(labels: readonly string[], regex: string): Relabel {
  return { action: 'keep', source_labels: labels.map(metaLabel), regex }
}

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
const safe = (label: string) => label.replace(/[^a-zA-Z0-9_]/g, '_')
