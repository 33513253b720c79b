/** One line, or one bundle of lines, of a panel. */
export interface Query {
  /** PromQL; may use the dashboard's variables. */
  readonly expr: string
  /** How Grafana names each series: `{{label}}` for labels. */
  readonly legend: string
}

/** Units as Grafana names them. `cps` and `reqps` are a second, `cpm` a minute. */
type Unit = 's' | 'reqps' | 'short' | 'percentunit' | 'bytes' | 'cps' | 'cpm' | 'none'

/** One panel as data. */
export interface PanelSpec {
  /** Unique in its dashboard and kept for ever: links and alerts point to it. */
  readonly key: string
  readonly title: string
  /** What the reader sees, and when to worry. */
  readonly description: string
  readonly kind: 'stat' | 'lines' | 'stacked'
  readonly unit: Unit
  readonly queries: readonly Query[]
  /** Where it turns from fine to bad; drawn as a line. */
  readonly limit?: number
  /** Which side of the limit is bad. Default: above. */
  readonly badBelow?: boolean
  /** A share of 1 in which the axis ends, or any other natural end. */
  readonly max?: number
  /** The least time between two points: rare events need a window that holds some. */
  readonly interval?: '5m'
  /** In columns of 24. */
  readonly width: 3 | 4 | 6 | 8 | 12 | 24
  /** Why no series may be there although everything is well. */
  readonly mayBeEmpty?: string
  /** The alert whose runbook explains what to do. */
  readonly alert?: string
}

export interface RowSpec {
  readonly title: string
  readonly panels: readonly PanelSpec[]
}

/** A variable whose values are those of a label. */
export interface VariableSpec {
  readonly name: string
  readonly label: string
  /** The selector whose label values are offered. */
  readonly of: string
}

/** One dashboard as data; its file is `verifluence-NAME.json`. */
export interface DashboardSpec {
  readonly uid: `vf-${string}`
  readonly description: string
  readonly variables: readonly VariableSpec[]
  readonly rows: readonly RowSpec[]
}
