import type { PrometheusClient, Target } from '../clients/prometheus.ts'
import type { Event } from './event.ts'
import { createStates } from './states.ts'

/** Reports when a target comes up or goes down. */
export function createTargetWatch(prometheus: PrometheusClient) {
  const states = createStates<Target>((one, other) => one.health === other.health)
  return async (): Promise<Event[]> => {
    const targets = (await prometheus.targets()).filter(({ health }) => health !== 'unknown')
    const now = new Map(targets.map((target) => [nameOf(target), target]))
    return states.changes(now).map(({ key, after }) => {
      if (after === undefined) return { kind: 'down', text: `${key}: no longer a target` }
      return after.health === 'up'
        ? { kind: 'up', text: key }
        : { kind: 'down', text: `${key}: ${after.lastError}` }
    })
  }
}

function nameOf({ labels }: Target): string {
  return `${labels.job} ${labels.instance}`
}
