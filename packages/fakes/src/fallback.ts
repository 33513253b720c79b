import type { Clock } from './clock.ts'
import type { Service } from './http/service.ts'

/** A notification of Alertmanager's webhook receiver, as it arrived. */
export type Notification = { readonly id: number; readonly at: number; readonly payload: unknown }

export type Fallback = ReturnType<typeof createFallback>

/** Where Alertmanager reports what cannot be reported through Telegram. */
export function createFallback(clock: Clock) {
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
export function createFallbackService(fallback: Fallback): Service {
  return {
    name: 'fallback',
    operations: {
      notify: {
        method: 'POST',
        path: '/notify',
        handle: async ({ c }) => {
          const payload: unknown = await c.req.json().catch(() => undefined)
          if (payload === undefined) return { status: 400, text: 'the body is no JSON' }
          fallback.add(payload)
          return { status: 200, text: 'OK' }
        },
      },
    },
    unmatched: () => ({ status: 404, text: 'not found' }),
  }
}
