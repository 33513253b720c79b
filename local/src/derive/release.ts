import { UserError } from '@verifluence/testkit'
import { z } from 'zod'
import { type AlertmanagerSettings, alertmanagerSettings } from './alertmanager/settings.ts'
import { type Manifest, nameOf, readPart } from './manifests/parse.ts'
import { type PrometheusSettings, prometheusSettings } from './prometheus/settings.ts'

const CHART = 'kube-prometheus-stack'

const releaseSchema = z.looseObject({
  releaseName: z.string().optional(),
  values: z.looseObject({
    prometheus: z.looseObject({ prometheusSpec: z.unknown() }).optional(),
    alertmanager: z.unknown(),
  }),
})

/** The settings of the monitoring chart's HelmRelease. */
export type Release = {
  /** The value of the label `release` that the chart selects by, by default. */
  readonly name: string
  readonly prometheus: PrometheusSettings
  readonly alertmanager: AlertmanagerSettings
}

/** @throws UserError when the tree has not exactly one release of the chart. */
export function readRelease(manifests: readonly Manifest[]): Release {
  const releases = manifests.filter(
    ({ kind, metadata }) => kind === 'HelmRelease' && metadata.name.endsWith(CHART),
  )
  const [release] = releases
  if (release === undefined || releases.length > 1) {
    throw new UserError(
      `The operations tree has ${releases.length} HelmReleases named …${CHART} where the local stack needs one: see that operations/clusters/prod names monitoring/releases/${CHART}.yaml.`,
    )
  }
  const where = nameOf(release)
  const { releaseName, values } = readPart(where, releaseSchema, release.spec)
  return {
    name: releaseName ?? release.metadata.name,
    prometheus: prometheusSettings(
      `${where} prometheus.prometheusSpec`,
      values.prometheus?.prometheusSpec,
    ),
    alertmanager: alertmanagerSettings(`${where} alertmanager`, values.alertmanager),
  }
}
