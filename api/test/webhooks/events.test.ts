import { describe, expect, it } from 'vitest'
import { KICK_EVENT_TYPES } from '../../src/catalogue/values.ts'
import { useBackend } from '../support/backend.ts'
import { aMessageId, settled } from '../support/inbox.ts'

const backend = useBackend()
type Order = Parameters<typeof backend.world.sendWebhook>[0]

const deliver = async (
  order: Omit<Order, 'broadcasterUserId'> & { broadcasterUserId?: number },
) => {
  const messageId = order.messageId ?? aMessageId()
  await backend.world.sendWebhook({ broadcasterUserId: 4711, ...order, messageId })
  return { messageId, ...(await settled(backend, messageId)) }
}

const streams = (kickUserId: number) =>
  backend.query<{ started_at: Date; ended_at: Date | null; title: string; closed_by: string }>(
    `select started_at, ended_at, title, closed_by from kick_stream_sessions
     where kick_user_id = $1 order by started_at`,
    [kickUserId],
  )

describe('every type of event that Kick documents is processed', () => {
  it.each(KICK_EVENT_TYPES)('%s', async (type) => {
    const { messageId, result, attempts } = await deliver({ type })
    expect({ result, attempts }).toEqual({ result: 'ok', attempts: 1 })
    const [{ count } = { count: 0 }] = await backend.query<{ count: number }>(
      `select ((select count(*) from kick_channel_events where webhook_message_id = $1)
             + (select count(*) from kick_follows where webhook_message_id = $1)
             + (select count(*) from kick_chat_messages where kick_user_id = 4711)
             + (select count(*) from kick_stream_sessions where kick_user_id = 4711))::int as count`,
      [messageId],
    )
    expect(count).toBeGreaterThan(0)
  })

  const oddities = [
    'extra-fields',
    'null-emotes',
    'numeric-emote-id',
    'anonymous-gifter',
    'nine-digit-fraction',
    'offset-time',
    'year-one',
  ] as const
  it.each(oddities.flatMap((twist) => KICK_EVENT_TYPES.map((type) => [twist, type] as const)))(
    'with %s: %s',
    async (twist, type) => {
      expect((await deliver({ type, twist, broadcasterUserId: 4712 })).result).toBe('ok')
    },
  )
})

describe('what cannot be understood', () => {
  it.each(['unknown-type', 'version-2'] as const)('%s is kept and ignored', async (twist) => {
    const { result, parked } = await deliver({ type: 'chat.message.sent', twist })
    expect({ result, parked }).toEqual({ result: 'ignored', parked: false })
  })

  it.each(['not-json', 'not-an-object', 'empty-body', 'wrong-shape', 'altered-type'] as const)(
    '%s is parked at once with its error',
    async (twist) => {
      const { parked, attempts, last_error } = await deliver({ type: 'chat.message.sent', twist })
      expect({ parked, attempts }).toEqual({ parked: true, attempts: 1 })
      expect(last_error).not.toBe('')
    },
  )
})

describe('chat', () => {
  it('is stored once although two subscriptions deliver it', async () => {
    const body = { message_id: 'chat-twice', content: 'hello' }
    const order = { type: 'chat.message.sent', broadcasterUserId: 4720, body } as const
    await Promise.all([deliver(order), deliver(order)])
    expect(
      await backend.query(`select content from kick_chat_messages where message_id = 'chat-twice'`),
    ).toEqual([{ content: 'hello' }])
  })

  it('keeps emotes from the text, and survives characters that PostgreSQL refuses', async () => {
    const content = 'a\0b \ud800 [emote:37:Wave] 🎈[emote:37:Wave]'
    await deliver({
      type: 'chat.message.sent',
      body: { message_id: 'chat-odd', content, emotes: null },
    })
    const [message] = await backend.query<{ content: string; emotes: unknown }>(
      `select content, emotes from kick_chat_messages where message_id = 'chat-odd'`,
    )
    expect(message).toEqual({
      content: 'a\uFFFDb \uFFFD [emote:37:Wave] 🎈[emote:37:Wave]',
      emotes: [
        {
          emote_id: '37',
          positions: [
            { s: 6, e: 20 },
            { s: 24, e: 38 },
          ],
        },
      ],
    })
  })
})

describe('a stream session', () => {
  const status = (kickUserId: number, body: Record<string, unknown>) =>
    deliver({ type: 'livestream.status.updated', broadcasterUserId: kickUserId, body })
  const at = (hour: number) => `2026-11-22T${String(hour).padStart(2, '0')}:00:00Z`
  const start = (hour: number) => ({ is_live: true, started_at: at(hour), ended_at: null })
  const end = (from: number, to: number) => ({
    is_live: false,
    started_at: at(from),
    ended_at: at(to),
  })
  const instants = async (kickUserId: number) =>
    (await streams(kickUserId)).map(({ started_at, ended_at }) => [
      started_at.toISOString().slice(11, 13),
      ended_at?.toISOString().slice(11, 13),
    ])

  it('opens and closes, whichever news comes twice', async () => {
    for (const body of [start(1), start(1), end(1, 3), end(1, 3)]) await status(4731, body)
    expect(await instants(4731)).toEqual([['01', '03']])
  })

  it('is right although its end comes before its start', async () => {
    for (const body of [end(1, 3), start(1)]) await status(4732, body)
    expect(await instants(4732)).toEqual([['01', '03']])
  })

  it('ends where the next one starts when its end was never told', async () => {
    for (const body of [start(1), start(5)]) await status(4733, body)
    expect(await instants(4733)).toEqual([
      ['01', '05'],
      ['05', undefined],
    ])
  })

  it('that is told of late does not close the one that runs', async () => {
    for (const body of [start(5), start(1), end(1, 3)]) await status(4734, body)
    expect(await instants(4734)).toEqual([
      ['01', '03'],
      ['05', undefined],
    ])
  })

  it('ends although Kick does not say when it started', async () => {
    await status(4735, start(1))
    await status(4735, { is_live: false, started_at: '0001-01-01T00:00:00Z', ended_at: at(4) })
    expect(await instants(4735)).toEqual([['01', '04']])
  })

  it('takes its new title from a change of metadata', async () => {
    await status(4736, { ...start(1), title: 'Before' })
    await deliver({
      type: 'livestream.metadata.updated',
      broadcasterUserId: 4736,
      body: { metadata: { title: 'After', category: { id: 1, name: 'Chess' } } },
    })
    expect((await streams(4736)).map(({ title }) => title)).toEqual(['After'])
  })

  it('is one although both replicas hear of it at the same moment', async () => {
    const replica = await backend.replica()
    await Promise.all(
      Array.from({ length: 10 }, (_, turn) =>
        deliver({
          type: 'livestream.status.updated',
          broadcasterUserId: 4737,
          body: turn % 3 ? start(1) : end(1, 2),
          url: `${turn % 2 ? replica.url : backend.url}/wh/kick`,
        }),
      ),
    )
    expect(await instants(4737)).toEqual([['01', '02']])
  })
})
