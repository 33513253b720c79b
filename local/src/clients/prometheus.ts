/** A series with its value at one instant. */
export type Sample = {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export type Target = {
  readonly labels: Readonly<Record<string, string>>
  readonly health: 'up' | 'down' | 'unknown'
  readonly lastError: string
}

export type ActiveAlert = {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly state: 'pending' | 'firing'
  readonly activeAt: string
}

export type PrometheusClient = ReturnType<typeof createPrometheusClient>

/** Asks a Prometheus by its HTTP API. Every function throws an Error with its words when it refuses. */
export function createPrometheusClient(url: string) {
  async function get<Data>(path: string): Promise<Data> {
    const response = await fetch(`${url}/api/v1/${path}`, { signal: AbortSignal.timeout(10_000) })
    const answer = (await response.json()) as { status: string; data: Data; error?: string }
    if (answer.status === 'success') return answer.data
    throw new Error(`Prometheus refuses ${path}: ${answer.error}`)
  }

  return {
    url,
    /** The instant vector of an expression. */
    query: async (expression: string): Promise<Sample[]> => {
      const path = `query?query=${encodeURIComponent(expression)}`
      const { result } = await get<{
        result: { metric: Record<string, string>; value: [number, string] }[]
      }>(path)
      return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
    },
    targets: async (): Promise<Target[]> => {
      const { activeTargets } = await get<{ activeTargets: Target[] }>('targets?state=active')
      return activeTargets
    },
    alerts: async (): Promise<ActiveAlert[]> => {
      const { alerts } = await get<{ alerts: ActiveAlert[] }>('alerts')
      return alerts
    },
  }
}
