import type { ActiveAlert, HeldAlert, Labels, Matcher, Silence, Target } from './state.ts'

/** Milliseconds after which a request counts as unanswered. */
const PATIENCE = 8_000

/** A service that did not answer, or did not answer as it should; the message names it. */
export class UpstreamError extends Error {
  /** The status to pass on: 502 where there was no answer. */
  readonly status: number
  constructor(message: string, status = 502) {
    super(message)
    this.status = status
  }
}

/** @throws UpstreamError saying which service did not answer, or what it refused. */
export async function request(who: string, url: string, init: RequestInit = {}): Promise<unknown> {
  let response: Response
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE), ...init })
  } catch (error) {
    const reason = error instanceof DOMException ? 'in time' : `(${causeOf(error)})`
    throw new UpstreamError(`${who} does not answer at ${new URL(url).origin} ${reason}`)
  }
  const text = await response.text()
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch {
    if (!response.ok) throw new UpstreamError(`${who}: ${text.slice(0, 300)}`, response.status)
    if (text === '') return undefined
    throw new UpstreamError(
      `What answers at ${new URL(url).origin} is not ${who}: it sends no JSON`,
    )
  }
  if (response.ok) return answer
  const said = (answer as { error?: string } | string | undefined) ?? ''
  throw new UpstreamError(
    typeof said === 'string' ? said : (said.error ?? `${who} answers ${response.status}`),
    response.status,
  )
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  if (cause instanceof AggregateError) return causeOf(cause.errors[0])
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message
  return String(cause)
}

/** A rule as `/api/v1/rules` has it. */
export interface RawRule {
  readonly name: string
  readonly query: string
  readonly duration: number
  readonly keepFiringFor: number
  readonly labels: Labels
  readonly annotations: Labels
  readonly state: 'inactive' | 'pending' | 'firing'
  readonly health: string
  readonly lastError?: string
  readonly lastEvaluation: string
  readonly evaluationTime: number
  readonly alerts: readonly RawAlert[]
}
interface RawAlert {
  readonly labels: Labels
  readonly annotations: Labels
  readonly state: 'pending' | 'firing'
  readonly activeAt: string
  readonly value: string
}
interface RawTarget {
  readonly labels: Labels
  readonly health: Target['health']
  readonly lastError: string
  readonly lastScrape: string
}
interface RawSilence extends Omit<Silence, 'startsAt' | 'endsAt' | 'state'> {
  readonly startsAt: string
  readonly endsAt: string
  readonly status: { readonly state: Silence['state'] }
}
interface RawHeld {
  readonly labels: Labels
  readonly annotations: Labels
  readonly startsAt: string
  readonly fingerprint: string
  readonly receivers: readonly { readonly name: string }[]
  readonly status: Pick<HeldAlert, 'state' | 'silencedBy' | 'inhibitedBy'>
}

export const activeAlert = ({ activeAt, value, ...alert }: RawAlert): ActiveAlert => ({
  ...alert,
  activeAt: Date.parse(activeAt),
  value: Number(value),
})

export type Prometheus = ReturnType<typeof createPrometheus>

/** Asks Prometheus' HTTP API. Every function throws an UpstreamError. */
export function createPrometheus(url: string) {
  const get = async <Data>(path: string): Promise<Data> => {
    const answer = (await request('Prometheus', `${url}/api/v1/${path}`)) as { data?: Data } | null
    if (answer?.data === undefined)
      throw new UpstreamError(`What answers at ${url} is not Prometheus: it sends no data`)
    return answer.data
  }
  return {
    url,
    alerts: async (): Promise<ActiveAlert[]> =>
      (await get<{ alerts: RawAlert[] }>('alerts')).alerts.map(activeAlert),
    targets: async (): Promise<Target[]> =>
      (await get<{ activeTargets: RawTarget[] }>('targets?state=active')).activeTargets.map(
        ({ labels, health, lastError, lastScrape }) => ({
          job: labels.job ?? '',
          instance: labels.instance ?? '',
          health,
          lastError,
          lastScrape: Date.parse(lastScrape),
        }),
      ),
    ruleGroups: async () =>
      (await get<{ groups: { name: string; rules: RawRule[] }[] }>('rules?type=alert')).groups,
    metadata: () => get<Record<string, { type: string; help: string; unit: string }[]>>('metadata'),
    /** Every rule, alerting and recording. */
    allRules: async () =>
      (
        await get<{ groups: { rules: { name: string; query: string; type: string }[] }[] }>('rules')
      ).groups.flatMap(({ rules }) =>
        rules.map(({ name, query, type }) => ({ name, query, isAlert: type === 'alerting' })),
      ),
    /** The series of an instant vector. */
    vector: async (expr: string): Promise<{ metric: Labels; value: number }[]> =>
      (
        await get<{ result: { metric: Labels; value: [number, string] }[] }>(
          `query?query=${encodeURIComponent(expr)}`,
        )
      ).result.map(({ metric, value }) => ({ metric, value: Number(value[1]) })),
    /** The values of an instant vector, or the one of a scalar. */
    values: async (expr: string): Promise<number[]> => {
      const { resultType, result } = await get<{
        resultType: string
        result: { value: [number, string] }[] | [number, string]
      }>(`query?query=${encodeURIComponent(expr)}`)
      if (resultType === 'scalar') return [Number((result as [number, string])[1])]
      return (result as { value: [number, string] }[]).map(({ value }) => Number(value[1]))
    },
  }
}

export type Alertmanager = ReturnType<typeof createAlertmanager>

/** Asks Alertmanager's HTTP API. Every function throws an UpstreamError. */
export function createAlertmanager(url: string) {
  const ask = (path: string, init?: RequestInit) =>
    request('Alertmanager', `${url}/api/v2/${path}`, init)
  return {
    url,
    alerts: async (): Promise<HeldAlert[]> =>
      ((await ask('alerts')) as RawHeld[]).map(
        ({ labels, annotations, startsAt, status, receivers, fingerprint }) => ({
          labels,
          annotations,
          startsAt: Date.parse(startsAt),
          state: status.state,
          silencedBy: status.silencedBy,
          inhibitedBy: status.inhibitedBy,
          receivers: receivers.map(({ name }) => name),
          fingerprint,
        }),
      ),
    silences: async (): Promise<Silence[]> =>
      ((await ask('silences')) as RawSilence[]).map(({ status, ...silence }) => ({
        id: silence.id,
        matchers: silence.matchers,
        startsAt: Date.parse(silence.startsAt),
        endsAt: Date.parse(silence.endsAt),
        createdBy: silence.createdBy,
        comment: silence.comment,
        state: status.state,
      })),
    /** The configuration it runs, as YAML with its secrets left out. */
    configuration: async (): Promise<string> =>
      ((await ask('status')) as { config: { original: string } }).config.original,
    /** Creates a silence, and returns its id. */
    silence: async (silence: {
      readonly matchers: readonly Matcher[]
      readonly endsAt: number
      readonly createdBy: string
      readonly comment: string
    }): Promise<string> => {
      const body = {
        ...silence,
        startsAt: new Date().toISOString(),
        endsAt: new Date(silence.endsAt).toISOString(),
      }
      const { silenceID } = (await ask('silences', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })) as { silenceID: string }
      return silenceID
    },
    expire: async (id: string): Promise<void> => {
      await ask(`silence/${encodeURIComponent(id)}`, { method: 'DELETE' })
    },
  }
}
