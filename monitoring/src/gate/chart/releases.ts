import type { Manifest, Tree } from '../tree.ts'

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
  readonly chart?: { readonly spec?: { readonly chart?: string; readonly version?: string } }
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
