import type { Clock } from '../clock.ts'
import type { Service } from '../http/service.ts'

/** A notification of Alertmanager's webhook receiver, as it arrived. */
export type Notification = { readonly id: number; readonly at: number; readonly payload: unknown }

export type SecondWay = ReturnType<typeof createSecondWay>

/** Where Alertmanager reports what cannot be reported through Telegram. */
export function createSecondWay(clock: Clock) {
  let notifications: Notification[] = []
  let lastId = 0
  return {
    add(payload: unknown): void {
      lastId += 1
      notifications.push({ id: lastId, at: clock(), payload })
    },
    list: (after = 0): readonly Notification[] => notifications.filter(({ id }) => id > after),
    forget(): void {
      notifications = []
    },
  }
}

/** Takes JSON of any shape at `/notify`. */
export function createSecondWayService(secondWay: SecondWay): Service {
  return {
    name: 'second-way',
    operations: {
      notify: {
        method: 'POST',
        path: '/notify',
        handle: async ({ c }) => {
          const payload: unknown = await c.req.json().catch(() => undefined)
          if (payload === undefined) return { status: 400, text: 'the body is no JSON' }
          secondWay.add(payload)
          return { status: 200, text: 'OK' }
        },
      },
    },
    unmatched: () => ({ status: 404, text: 'not found' }),
  }
}
