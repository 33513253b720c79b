import { stringify } from 'yaml'
import { type Manifest, objectsOf, type Tree } from '../tree.ts'

/** What this tree reads of the chart's values. */
export interface Values {
  readonly defaultRules?: {
    readonly additionalRuleLabels?: Readonly<Record<string, string>>
    readonly disabled?: Readonly<Record<string, boolean>>
  }
  readonly prometheus?: {
    readonly prometheusSpec?: Readonly<Record<string, unknown>>
    readonly networkPolicy?: Readonly<Record<string, unknown>>
  }
  readonly alertmanager?: {
    readonly alertmanagerSpec?: Readonly<Record<string, unknown>>
    readonly networkPolicy?: Readonly<Record<string, unknown>>
    readonly config?: Readonly<Record<string, unknown>>
    readonly [key: string]: unknown
  }
  readonly [key: string]: unknown
}

/** A HelmRelease of the monitoring chart, or a patch of one. */
export interface Release {
  readonly file: string
  readonly object: Manifest
  readonly isPatch: boolean
  readonly version?: string
  readonly values: Values
}

export const CHART = 'kube-prometheus-stack'

interface Spec {
  readonly releaseName?: string
  readonly chart?: {
    readonly spec?: {
      readonly chart?: string
      readonly version?: string
      readonly sourceRef?: { readonly name?: string }
    }
  }
  readonly values?: Values
}

/** Known by its chart, whatever its name; a patch does not name the chart. */
export const releasesOf = (tree: Tree): Release[] =>
  tree.files.flatMap(({ path, documents, isPatch }) =>
    documents
      .filter(({ kind }) => kind === 'HelmRelease')
      .map((object) => ({ object, spec: (object.spec ?? {}) as Spec }))
      .filter(({ spec }) => isPatch || spec.chart?.spec?.chart === CHART)
      .map(({ object, spec: { chart, values = {} } }) => ({
        file: path,
        object,
        isPatch,
        ...(chart?.spec?.version === undefined ? {} : { version: String(chart.spec.version) }),
        values,
      })),
  )

/** The tree's release of the chart in Helm's terms: what is installed, and from where. */
export const helmReleaseOf = (tree: Tree) => {
  const release = releasesOf(tree).find(({ isPatch }) => !isPatch)
  if (release === undefined) throw new Error(`operations/ has no HelmRelease of ${CHART}`)
  const { object, values, version = '' } = release
  const { chart, releaseName = object.metadata.name } = object.spec as Spec
  const repository = objectsOf(tree)
    .filter(({ object: { kind } }) => kind === 'HelmRepository')
    .find(({ object: { metadata } }) => metadata.name === chart?.spec?.sourceRef?.name)
  const { url = '' } = (repository?.object.spec ?? {}) as { readonly url?: string }
  return {
    release: {
      name: releaseName,
      namespace: object.metadata.namespace ?? 'default',
      values: stringify(values),
    },
    source: { name: CHART, version, repository: url },
  }
}
