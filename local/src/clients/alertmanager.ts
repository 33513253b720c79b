export type AlertmanagerClient = ReturnType<typeof createAlertmanagerClient>

/** An alert as Alertmanager holds it. */
export type HeldAlert = {
  readonly labels: Readonly<Record<string, string>>
  readonly startsAt: string
  readonly endsAt: string
  readonly receivers: readonly { readonly name: string }[]
  readonly status: { readonly state: string; readonly inhibitedBy: readonly string[] }
}

/** Asks an Alertmanager by its HTTP API. */
export function createAlertmanagerClient(url: string) {
  const get = async (path: string) => {
    const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(10_000) })
    if (!response.ok) throw new Error(`Alertmanager answers ${response.status} to ${path}`)
    return response
  }
  return {
    url,
    alerts: async (): Promise<HeldAlert[]> =>
      (await (await get('/api/v2/alerts')).json()) as HeldAlert[],
    /** How many notifications an integration has begun to deliver since Alertmanager started. */
    begun: (integration: string): Promise<number> =>
      deliveries(get, integration, 'notifications_total'),
    /** How many of them it has delivered. */
    delivered: async (integration: string): Promise<number> =>
      (await deliveries(get, integration, 'notifications_total')) -
      (await deliveries(get, integration, 'notifications_failed_total')),
  }
}

async function deliveries(
  get: (path: string) => Promise<Response>,
  integration: string,
  counter: string,
): Promise<number> {
  const text = await (await get('/metrics')).text()
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith(`alertmanager_${counter}{`))
    .filter((line) => line.includes(`integration="${integration}"`))
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}
