import type { Clock } from '../../clock.ts'
import type { Subscriptions } from '../subscriptions.ts'

const aDay = 86_400_000

/** Kick's endurance: an event that fails for over a day is unsubscribed for the application. */
export function createUnsubscriber(subscriptions: Subscriptions, clock: Clock) {
  const failingSince = new Map<string, number>()
  return {
    /** Takes note of an outcome; `atOnce` spares the day of waiting. */
    judge(type: string, outcome: string, atOnce: boolean): void {
      if (outcome === '200') {
        failingSince.delete(type)
        return
      }
      const since = failingSince.get(type) ?? clock()
      failingSince.set(type, since)
      if (atOnce || clock() - since > aDay) subscriptions.drop({ event: type })
    },
  }
}
