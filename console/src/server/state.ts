/**
 * The state of the running system for the page: one slice per source, sent by the live stream whenever
 * it changes. Times are milliseconds since 1970 unless their name says seconds.
 */

export type Labels = Readonly<Record<string, string>>

/** A service that the console asks. */
export type UpstreamName = 'prometheus' | 'alertmanager' | 'fakes'

export interface Upstream {
  readonly url: string
  /** Whether the last request was answered; absent before the first. */
  readonly ok?: boolean
  /** Since when it is so. */
  readonly since?: number
  /** What the last request failed with. */
  readonly error?: string
}

export interface Target {
  readonly job: string
  readonly instance: string
  readonly health: 'up' | 'down' | 'unknown'
  readonly lastError: string
  readonly lastScrape: number
}

/** An alert as Prometheus evaluates it. */
export interface ActiveAlert {
  readonly labels: Labels
  readonly annotations: Labels
  readonly state: 'pending' | 'firing'
  readonly activeAt: number
  readonly value: number
}

/** An alert as Alertmanager holds it. */
export interface HeldAlert {
  readonly labels: Labels
  readonly annotations: Labels
  readonly startsAt: number
  readonly state: 'active' | 'suppressed' | 'unprocessed'
  readonly silencedBy: readonly string[]
  readonly inhibitedBy: readonly string[]
  readonly receivers: readonly string[]
  readonly fingerprint: string
}

export interface Silence {
  readonly id: string
  readonly matchers: readonly Matcher[]
  readonly startsAt: number
  readonly endsAt: number
  readonly createdBy: string
  readonly comment: string
  readonly state: 'active' | 'pending' | 'expired'
}

export interface Matcher {
  readonly name: string
  readonly value: string
  readonly isRegex: boolean
  readonly isEqual: boolean
}

/** One number of the path, by its name; absent while it is not known. */
export type Figures = Readonly<Partial<Record<keyof typeof FIGURES, number>>>

/** The numbers along the path that Prometheus is asked for. */
export const FIGURES = {
  requests: 'sum(rate(vf_http_requests_total[1m]))',
  calls: 'sum(rate(vf_external_http_total[1m]))',
  jobs: 'count(vf_worker_poll_interval_seconds)',
  staleJobs: 'count(ALERTS{alertname=~".+Stale",job!="",alertstate="firing"}) or vector(0)',
  series: 'sum(prometheus_tsdb_head_series)',
  rules: 'sum(prometheus_rule_group_rules)',
  evaluations: 'sum(rate(prometheus_rule_evaluations_total[2m]))',
  sent: 'sum(alertmanager_notifications_total{integration="telegram"})',
  failedToSend:
    'sum(increase(alertmanager_notifications_failed_total{integration="telegram"}[5m]))',
} as const

/** How a notification travels: Telegram, the fallback channel, or the heartbeat service outside. */
export type Channel = 'telegram' | 'fallback' | 'heartbeat'

/** A notification that has arrived, by whichever channel. */
export interface Notification {
  readonly at: number
  readonly channel: Channel
  readonly alert: string
  readonly resolved: boolean
}

/** A notification that a fault must cause. */
export interface Expected {
  readonly alert: string
  readonly channel: Channel
  /** Seconds from the fault, or from the repair where `afterRepair` is set. */
  readonly within: number
  readonly afterRepair: boolean
  /** Seconds that the last recorded drill took. */
  readonly recorded?: number
}

/** A failure that can be caused on purpose. */
export interface FaultData {
  readonly name: string
  readonly title: string
  readonly theme: string
  /** What is done to the system, in one line. */
  readonly does: string
  readonly expects: readonly Expected[]
  /** Seconds from the repair until every notification must have been resolved. */
  readonly resolvedWithin: number
  /** Only faults of the same group can be active at the same time. */
  readonly group: string
}

/** Moments of one alert during a run. */
export interface Moments {
  /** The rule's expression is true. */
  readonly pending?: number
  readonly firing?: number
  /** Alertmanager has it. */
  readonly received?: number
  readonly notified?: number
  /** The resolved notification has arrived. */
  readonly resolved?: number
}

/** One fault from break to the last resolved notification. */
export interface FaultRun {
  readonly fault: string
  readonly state: 'breaking' | 'broken' | 'repairing' | 'repaired' | 'failed'
  /** When it was asked for. */
  readonly startedAt: number
  /** From when on the promised seconds of an alert count; a backdated fault counts from before the start. */
  readonly countsFrom: Readonly<Record<string, number>>
  readonly repairedAt?: number
  readonly moments: Readonly<Record<string, Moments>>
  /** Why breaking or repairing did not work. */
  readonly error?: string
}

export interface ConsoleEvent {
  readonly at: number
  readonly kind:
    | 'broken'
    | 'repaired'
    | 'pending'
    | 'firing'
    | 'resolved'
    | 'inactive'
    | 'message'
    | 'down'
    | 'up'
  readonly text: string
  readonly href?: string
}

/** A fault that is injected into a fake external service. */
export interface InjectedFault {
  readonly service: string
  readonly name: string
}

/** Everything live, by slice. A slice is absent until its source has answered for the first time. */
export interface LiveState {
  readonly now: number
  readonly upstreams: Readonly<Partial<Record<UpstreamName, Upstream>>>
  readonly targets?: readonly Target[]
  readonly alerts?: readonly ActiveAlert[]
  readonly held?: readonly HeldAlert[]
  readonly silences?: readonly Silence[]
  readonly injected?: readonly InjectedFault[]
  readonly figures?: Figures
  readonly messages?: { readonly count: number; readonly last?: number }
  readonly runs?: readonly FaultRun[]
  readonly events?: readonly ConsoleEvent[]
}

/** A message of a chat, as the Bot API received it. `entities` are Telegram's, with offsets in UTF-16. */
export interface ChatMessage {
  readonly id: number
  readonly at: number
  readonly chatId: number
  readonly topic?: number
  readonly raw: string
  readonly text: string
  readonly silent: boolean
  readonly entities: readonly {
    readonly type: string
    readonly offset: number
    readonly length: number
    readonly url?: string
  }[]
}

/** A dashboard in the list. */
export interface DashboardEntry {
  readonly uid: string
  readonly title: string
  readonly description: string
  readonly tags: readonly string[]
  /** How many panels it has. */
  readonly panels: number
}

/** What the page receives once, when it loads. */
export interface Setup {
  readonly faults: readonly FaultData[]
  readonly canSilence: boolean
  /** Whether messages can be shown: only the fake Telegram hands them back. */
  readonly hasMessages: boolean
  readonly hasLogs: boolean
  readonly dashboards: readonly DashboardEntry[]
}

/** What a rule measures and the value at which it fires. */
export interface Limit {
  readonly expr: string
  readonly op: '>' | '≥' | '<' | '≤'
  readonly threshold: number
}

/** An alerting rule as Prometheus runs it. */
export interface Rule {
  readonly name: string
  readonly group: string
  readonly query: string
  readonly labels: Labels
  readonly annotations: Labels
  readonly state: 'inactive' | 'pending' | 'firing'
  readonly health: string
  readonly lastError: string
  /** Seconds. */
  readonly for: number
  readonly keepFiringFor: number
  readonly lastEvaluation: number
  readonly evaluationSeconds: number
  readonly alerts: readonly ActiveAlert[]
  /** The limit that the value is nearest to; absent where the rule has none. */
  readonly limit?: Limit
  /** The series that is nearest to the limit now. */
  readonly value?: number
  readonly receivers: readonly Receiver[]
}

/** Who receives an alert, and how often again. */
export interface Receiver {
  readonly name: string
  readonly repeatInterval: string
}

/** A node of Alertmanager's route tree, with what it inherits filled in. */
export interface RouteNode {
  readonly id: string
  readonly receiver: string
  readonly matchers: readonly Matcher[]
  readonly continue: boolean
  readonly groupBy: readonly string[]
  readonly groupWait: string
  readonly groupInterval: string
  readonly repeatInterval: string
  readonly muteTimes: readonly string[]
  readonly routes: readonly RouteNode[]
}

export interface ContactPoint {
  readonly name: string
  readonly integrations: readonly {
    readonly type: string
    readonly detail: string
    readonly sendResolved: boolean
  }[]
}

export interface Routing {
  readonly root: RouteNode
  readonly contactPoints: readonly ContactPoint[]
  readonly inhibitions: readonly {
    readonly source: readonly Matcher[]
    readonly target: readonly Matcher[]
    readonly equal: readonly string[]
  }[]
}

/** Where a metric is used. */
export interface MetricUse {
  readonly kind: 'alert' | 'recording rule' | 'panel'
  readonly title: string
  readonly href: string
}

/** A metric that Prometheus holds now. */
export interface MetricFamily {
  readonly name: string
  readonly type: string
  readonly help: string
  /** Who exports it. */
  readonly jobs: readonly string[]
  readonly series: number
  readonly uses: readonly MetricUse[]
}
