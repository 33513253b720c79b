import { z } from 'zod'
import type { State } from '../state.ts'
import { type ControlRoute, idIn, numberIn, withBody } from './route.ts'

export const chatBody = z.strictObject({
  title: z.string().optional(),
  type: z.enum(['private', 'group', 'supergroup', 'channel']).optional(),
  topics: z.array(z.number().int().positive()).optional(),
})
export const checkBody = z.strictObject({
  periodSeconds: z.number().positive().optional(),
  graceSeconds: z.number().nonnegative().optional(),
})

/** What the fake services received. */
export function arrivalRoutes(state: State): ControlRoute[] {
  const { requestLog, bucket, chats, heartbeat, inbox, fallback, webhooks } = state
  return [
    {
      method: 'GET',
      path: '/requests',
      says: 'the latest requests; ?service= for one service',
      answer: ({ c }) => requestLog.latest(c.req.query('service')),
    },
    {
      method: 'GET',
      path: '/requests/counts',
      says: 'requests counted by service, operation and outcome',
      answer: ({ c }) => requestLog.counts(c.req.query('service')),
    },
    {
      method: 'GET',
      path: '/telegram/messages',
      says: 'Telegram messages, raw and as people see them; ?after= an id',
      answer: ({ c }) => chats.messages(numberIn(c, 'after')),
    },
    withBody({
      method: 'PUT',
      path: '/telegram/chats/:id',
      says: 'adds a chat or changes it',
      body: chatBody,
      answer: (body, c) => {
        const given = Object.entries(body).filter(([, value]) => value !== undefined)
        chats.put({ id: idIn(c), ...Object.fromEntries(given) })
        return chats.all()
      },
    }),
    {
      method: 'GET',
      path: '/emails',
      says: 'e-mails in full; ?to= an address',
      answer: ({ c }) => inbox.list(c.req.query('to')),
    },
    {
      method: 'GET',
      path: '/objects',
      says: 'stored objects with their content in base64; ?prefix= of the key',
      answer: ({ c }) =>
        bucket
          .list(c.req.query('prefix'))
          .map(({ bytes, ...rest }) => ({ ...rest, base64: bytes.toString('base64') })),
    },
    {
      method: 'GET',
      path: '/fallback',
      says: 'what Alertmanager reported by its fallback channel; ?after= an id',
      answer: ({ c }) => fallback.list(numberIn(c, 'after')),
    },
    {
      method: 'GET',
      path: '/heartbeat',
      says: 'every check with its status, and what was noticed',
      answer: () => ({ checks: heartbeat.look(), changes: heartbeat.changes() }),
    },
    withBody({
      method: 'PUT',
      path: '/heartbeat/:id',
      says: 'sets the period and the grace time of a check',
      body: checkBody,
      answer: (body, c) => {
        const given = Object.entries(body).filter(([, value]) => value !== undefined)
        heartbeat.configure(c.req.param('id') ?? '', Object.fromEntries(given))
        return heartbeat.look()
      },
    }),
    {
      method: 'DELETE',
      path: '/requestLog',
      says: 'forgets what arrived: requests, messages, e-mails, notifications, deliveries, pings',
      answer: () => {
        for (const book of [requestLog, chats, inbox, fallback, webhooks, heartbeat]) book.forget()
        return {}
      },
    },
  ]
}

const followersBody = z.strictObject({ followers: z.number().int().nonnegative() })

/** X's facts. */
export function xRoutes({ xUsers }: State): ControlRoute[] {
  return [
    {
      method: 'GET',
      path: '/x/users',
      says: 'every user of X with the number of followers',
      answer: () => xUsers.all(),
    },
    withBody({
      method: 'PUT',
      path: '/x/users/:username',
      says: 'adds a user of X or changes the number of followers',
      body: followersBody,
      answer: ({ followers }, c) => xUsers.put(c.req.param('username') ?? '', followers),
    }),
  ]
}
