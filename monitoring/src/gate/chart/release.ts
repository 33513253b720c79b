import { CHART_RECORD } from '@verifluence/toolchain'
import { CHART_ALERTS_SENT } from '../../alertmanager/channels.ts'
import { nameOf, type Tree } from '../tree.ts'
import { CHART, type Release, releasesOf } from './releases.ts'

const disabledNames = ({ file, values }: Release): string[] =>
  Object.entries(values.defaultRules?.disabled ?? {}).flatMap(([name, off]) => {
    if (!CHART_RECORD.alerts.includes(name))
      return [
        `${file} disables ${name}, which is not an alert of ${CHART} ${CHART_RECORD.version}; correct the name.`,
      ]
    if (off && CHART_ALERTS_SENT.includes(name))
      return [`${file} disables ${name}, without which rules fail unnoticed; leave it on.`]
    return []
  })

const pinned = ({ file, version = 'none' }: Release): string[] =>
  /^\d+\.\d+\.\d+$/.test(version)
    ? []
    : [
        `${file} takes the version ${version} of the chart; name exactly one, because another may read other values.`,
      ]

const SUBSTITUTE = 'kustomize.toolkit.fluxcd.io/substitute'

const substituted = ({ file, object }: Release): string[] =>
  object.metadata.annotations?.[SUBSTITUTE] === 'disabled'
    ? []
    : [
        `${file}: ${nameOf(object)} must have the annotation ${SUBSTITUTE}: disabled, or Flux replaces \`$label\` in its templates with nothing.`,
      ]

/** There is one release of the chart, of one version, and it arrives as it is written. */
export const checkChartRelease = (tree: Tree): string[] => {
  const releases = releasesOf(tree).filter(({ isPatch }) => !isPatch)
  if (releases.length === 0)
    return [
      `No HelmRelease in operations/ is of the chart ${CHART}, so nothing would scrape, evaluate or notify; put it back.`,
    ]
  return releases.flatMap((release) => [
    ...pinned(release),
    ...disabledNames(release),
    ...substituted(release),
  ])
}
