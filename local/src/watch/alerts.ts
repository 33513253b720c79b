import type { ActiveAlert, PrometheusClient } from '../clients/prometheus.ts'
import type { Event } from './event.ts'
import { createStates } from './states.ts'

/** Labels of the environment say nothing new on one machine. */
const EVERYWHERE = ['alertname', 'severity', 'env', 'namespace', 'prometheus']

/**
 * Reports when an alert becomes pending, fires and resolves. Leaves out the Watchdog, and what is
 * pending only because Prometheus has not seen every target yet.
 */
export function createAlertWatch(prometheus: PrometheusClient) {
  const states = createStates<ActiveAlert>((one, other) => one.state === other.state)
  const premature = new Set<string>()
  let isSettled = false

  return async (): Promise<Event[]> => {
    const alerts = (await prometheus.alerts()).filter(({ labels }) => isNews(labels))
    const now = new Map(alerts.map((alert) => [nameOf(alert), alert]))
    isSettled ||= await hasSeenEveryTarget(prometheus)
    if (!isSettled) for (const name of now.keys()) premature.add(name)

    return states.changes(now).flatMap(({ key, before, after }): Event[] => {
      if (after?.state === 'firing') {
        premature.delete(key)
        return [{ kind: 'firing', text: `${key} (${after.labels.severity})` }]
      }
      if (premature.has(key)) {
        if (after === undefined) premature.delete(key)
        return []
      }
      if (after !== undefined) return [{ kind: 'pending', text: key }]
      return [{ kind: before?.state === 'firing' ? 'resolved' : 'calm', text: key }]
    })
  }
}

/** The list of targets is empty for the first seconds. */
async function hasSeenEveryTarget(prometheus: PrometheusClient): Promise<boolean> {
  const targets = await prometheus.targets()
  return targets.length > 0 && targets.every(({ health }) => health !== 'unknown')
}

function isNews({ severity }: Readonly<Record<string, string>>): boolean {
  return severity === 'critical' || severity === 'warning'
}

function nameOf({ labels }: ActiveAlert): string {
  const telling = Object.entries(labels).filter(([label]) => !EVERYWHERE.includes(label))
  const details = telling.map(([label, value]) => `${label}=${value}`)
  return [labels.alertname, ...details].join(' ')
}
