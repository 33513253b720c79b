import { z } from 'zod'
import { readPart } from '../manifests/parse.ts'
import { CHART_CONFIG, mergeValues } from './chart-defaults.ts'

const anything = z.unknown().optional()

/** The `alertmanager` values of the release that the local stack reads; the rest concerns the cluster. */
const valuesSchema = z.strictObject({
  config: z.looseObject({
    receivers: z.array(z.looseObject({ name: z.string() })),
    inhibit_rules: z.array(z.unknown()),
  }),
  templateFiles: z.record(z.string(), z.string()).default({}),
  tplConfig: z.literal(false).optional(),
  alertmanagerSpec: z
    .looseObject({
      externalUrl: z.string().optional(),
      secrets: z.array(z.string()).default([]),
      // Another Secret would hold a configuration that is not in the tree.
      configSecret: z.undefined().optional(),
    })
    .prefault({}),
  enabled: z.literal(true).optional(),
  annotations: anything,
  ingress: anything,
  networkPolicy: anything,
  podDisruptionBudget: anything,
  route: anything,
  service: anything,
  serviceMonitor: anything,
})

export type AlertmanagerSettings = {
  /** The configuration file as it is in the cluster. */
  readonly config: unknown
  readonly templateFiles: Readonly<Record<string, string>>
  readonly externalUrl?: string
  /** Names of the Secrets that are mounted. */
  readonly secrets: readonly string[]
}

/** The Alertmanager settings of the release, over the chart's defaults. */
export function alertmanagerSettings(where: string, values: unknown): AlertmanagerSettings {
  const { config, templateFiles, alertmanagerSpec } = readPart(where, valuesSchema, values)
  return {
    config: mergeValues(CHART_CONFIG, config),
    templateFiles,
    ...(alertmanagerSpec.externalUrl !== undefined && {
      externalUrl: alertmanagerSpec.externalUrl,
    }),
    secrets: alertmanagerSpec.secrets,
  }
}
