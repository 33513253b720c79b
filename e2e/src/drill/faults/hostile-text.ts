import type { Drill } from '../drill.ts'
import { MINUTE } from '../drill.ts'

const NAME = 'HostileText'
const HOSTILE = `</b><a href="x">&nbsp;</pre> <script>"'\`*_[]()~>#+-=|{}.! \u202e \u0000 \ud83d\ude31`
const FIFTY = Array.from({ length: 50 }, (_, index) => index)

/** More text than Telegram accepts, full of its markup characters. */
const alerts = (endsAt: Date) =>
  FIFTY.map((index) => ({
    labels: { alertname: NAME, severity: 'critical', env: 'stage', route: `${HOSTILE}${index}` },
    annotations: {
      summary: HOSTILE.repeat(20),
      description: HOSTILE.repeat(40),
      runbook_url: `https://docs.verifluence.internal/"><b>${HOSTILE}`,
      dashboard_url: `https://grafana.verifluence.internal/d/vf-api?var-env=${HOSTILE}&viewPanel=panel-1`,
    },
    endsAt: endsAt.toISOString(),
  }))

export const hostileText: Drill = {
  name: 'hostile-text',
  failure: 'F22',
  does: 'fifty alerts with far too long texts full of markup',
  cause: async ({ alertmanager }) => {
    const post = async (endsAt: Date) => {
      const response = await fetch(`${alertmanager.url}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(alerts(endsAt)),
      })
      if (!response.ok) throw new Error(`Alertmanager refuses the alerts: ${await response.text()}`)
    }
    await post(new Date(Date.now() + 10 * MINUTE * 1000))
    return { recover: () => post(new Date()) }
  },
  expects: [{ alert: NAME, within: 2 * MINUTE, says: ['more'] }],
  mayFire: ['ApiDown', 'WorkerDown'],
  hasRunbook: false,
  resolvedWithin: 3 * MINUTE,
}
