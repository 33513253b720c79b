import { UserError } from '@verifluence/testkit'
import { z } from 'zod'
import { type Manifest, nameOf, readPart } from '../derive/manifests/parse.ts'

const scalar = z.union([z.string(), z.number(), z.boolean()])

const grafanaSchema = z.looseObject({
  'grafana.ini': z.record(z.string(), z.record(z.string(), scalar)).default({}),
  sidecar: z.looseObject({
    dashboards: z.looseObject({
      label: z.string(),
      labelValue: z.string(),
      folderAnnotation: z.string(),
      provider: z.looseObject({ allowUiUpdates: z.boolean() }),
    }),
    datasources: z.looseObject({
      alertmanager: z.looseObject({
        name: z.string(),
        uid: z.string(),
        handleGrafanaManagedAlerts: z.boolean(),
        implementation: z.string(),
      }),
    }),
  }),
})

export type GrafanaSettings = z.infer<typeof grafanaSchema>

/** A dashboard file and the folder it is shown in. */
export type Dashboard = { readonly folder: string; readonly name: string; readonly json: string }

/** @throws UserError when no release in the tree has settings for Grafana, or when they are wrong. */
export function grafanaSettings(manifests: readonly Manifest[]): GrafanaSettings {
  for (const manifest of manifests) {
    const { values } = (manifest.spec ?? {}) as { values?: { grafana?: unknown } }
    if (manifest.kind === 'HelmRelease' && values?.grafana !== undefined)
      return readPart(`${nameOf(manifest)} grafana`, grafanaSchema, values.grafana)
  }
  throw new UserError(
    'No HelmRelease of the operations tree has values for grafana: put them back, or take Grafana off PATH.',
  )
}

/** The ConfigMaps that the sidecar selects, each key a dashboard. */
export function labelledDashboards(
  manifests: readonly Manifest[],
  { sidecar: { dashboards } }: GrafanaSettings,
): Dashboard[] {
  return manifests
    .filter(({ kind, metadata }) => {
      const value = metadata.labels?.[dashboards.label]
      return kind === 'ConfigMap' && value === dashboards.labelValue
    })
    .flatMap(({ metadata, data }) => {
      const annotations = (metadata as { annotations?: Record<string, string> }).annotations
      const folder = annotations?.[dashboards.folderAnnotation] ?? ''
      const files = Object.entries((data ?? {}) as Record<string, string>)
      return files.map(([name, json]) => ({ folder, name, json }))
    })
}
