import type { ActiveAlert, PrometheusClient } from '../clients/prometheus.ts'
import type { Event } from './event.ts'
import { createStates } from './states.ts'

/** Where an alert stands is no news for whoever watches one machine. */
const EVERYWHERE = ['alertname', 'severity', 'env', 'namespace', 'prometheus']

/** Says when an alert becomes pending, fires and is over. Signs of life are no news and left out. */
export function createAlertWatch(prometheus: PrometheusClient) {
  const states = createStates<ActiveAlert>((one, other) => one.state === other.state)
  return async (): Promise<Event[]> => {
    const alerts = (await prometheus.alerts()).filter(({ labels }) => isNews(labels))
    const now = new Map(alerts.map((alert) => [nameOf(alert), alert]))
    return states.changes(now).map(({ key, before, after }) => {
      if (after === undefined) {
        return { kind: before?.state === 'firing' ? 'resolved' : 'calm', text: key }
      }
      const isFiring = after.state === 'firing'
      return isFiring
        ? { kind: 'firing', text: `${key} (${after.labels.severity})` }
        : { kind: 'pending', text: key }
    })
  }
}

function isNews({ severity }: Readonly<Record<string, string>>): boolean {
  return severity === 'critical' || severity === 'warning'
}

function nameOf({ labels }: ActiveAlert): string {
  const telling = Object.entries(labels).filter(([label]) => !EVERYWHERE.includes(label))
  const details = telling.map(([label, value]) => `${label}=${value}`)
  return [labels.alertname, ...details].join(' ')
}
