import { until } from '@verifluence/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { KICK_EVENT_TYPES } from '../../src/telemetry/label-values.ts'
import { useBackend } from '../support/backend.ts'
import { aMessageId, leave, settled } from '../support/inbox.ts'

const backend = useBackend()
type Order = Parameters<typeof backend.fakes.sendWebhook>[0]

async function deliver(order: Omit<Order, 'broadcasterUserId'> & { broadcasterUserId?: number }) {
  const messageId = order.messageId ?? aMessageId()
  await backend.fakes.sendWebhook({ broadcasterUserId: 4711, ...order, messageId })
  return { messageId, ...(await settled(backend, messageId)) }
}

function streams(kickUserId: number) {
  return backend.query<{
    started_at: Date
    ended_at: Date | null
    title: string
    closed_by: string
  }>(
    `select started_at, ended_at, title, closed_by from kick_stream_sessions
     where kick_user_id = $1 order by started_at`,
    [kickUserId],
  )
}

/** Where the effect of an event is found: by its delivery, or by its channel. */
const EFFECTS: Partial<Record<string, string>> = {
  'channel.followed':
    'select from kick_follows where webhook_message_id = $1 and kick_user_id = $2',
  'chat.message.sent':
    'select from kick_chat_messages where $1::text is not null and kick_user_id = $2',
  'livestream.status.updated':
    'select from kick_stream_sessions where $1::text is not null and kick_user_id = $2',
}
const KEPT = `select from kick_channel_events
  where webhook_message_id = $1 and kick_user_id = $2 and event_type = '$type' and body <> '{}'`

describe('every type of event that Kick documents is processed', () => {
  it.each(KICK_EVENT_TYPES)('%s', async (type) => {
    const broadcasterUserId = 4800 + KICK_EVENT_TYPES.indexOf(type)
    const { messageId, result, attempts } = await deliver({ type, broadcasterUserId })
    expect({ result, attempts }).toEqual({ result: 'ok', attempts: 1 })
    const effect = EFFECTS[type] ?? KEPT.replace('$type', type)
    expect(await backend.query(effect, [messageId, broadcasterUserId])).toHaveLength(1)
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
  it.each(oddities.flatMap((variant) => KICK_EVENT_TYPES.map((type) => [variant, type] as const)))(
    'with %s: %s',
    async (variant, type) => {
      expect((await deliver({ type, variant, broadcasterUserId: 4712 })).result).toBe('ok')
    },
  )
})

describe('an event that two subscriptions deliver is one row', () => {
  /** Where the rows of an event are, by its channel. */
  const rowsOf = (type: string, kickUserId: number) =>
    backend.query(
      (
        EFFECTS[type] ??
        `select from kick_channel_events where $1::text is not null and kick_user_id = $2`
      ).replace('webhook_message_id = $1', '$1::text is not null'),
      ['', kickUserId],
    )

  it.each(KICK_EVENT_TYPES)('%s', async (type) => {
    const broadcasterUserId = 4900 + KICK_EVENT_TYPES.indexOf(type)
    const deliveries = await backend.fakes.sendWebhook({
      type,
      broadcasterUserId,
      variant: 'subscribed-twice',
    })
    for (const { messageId } of deliveries) {
      expect((await settled(backend, messageId)).result).toBe('ok')
    }
    expect(new Set(deliveries.map(({ messageId }) => messageId)).size).toBe(2)
    expect(await rowsOf(type, broadcasterUserId)).toHaveLength(1)
  })
})

describe('what cannot be understood', () => {
  it.each(['unknown-type', 'version-2'] as const)('%s is kept and ignored', async (variant) => {
    const { result, parked } = await deliver({ type: 'chat.message.sent', variant })
    expect({ result, parked }).toEqual({ result: 'ignored', parked: false })
  })

  it.each(['not-json', 'not-an-object', 'empty-body', 'wrong-shape', 'altered-type'] as const)(
    '%s is parked at once with its error',
    async (variant) => {
      const { parked, attempts, last_error } = await deliver({ type: 'chat.message.sent', variant })
      expect({ parked, attempts }).toEqual({ parked: true, attempts: 1 })
      expect(last_error).not.toBe('')
    },
  )
})

describe('the type, which is not signed, is believed only when the body is one of its own:', () => {
  // What tells these two apart is not in their bodies.
  const TWINS = ['channel.subscription.new', 'channel.subscription.renewal']
  const areTwins = (types: string[]) => types.every((type) => TWINS.includes(type))
  const bodyOf = async (type: string) => {
    const [{ body } = {}] = await backend.query<{ body?: Buffer }>(
      'select body from webhooks.incoming where event_type = $1 order by id limit 1',
      [type],
    )
    return JSON.parse(String(body))
  }

  beforeAll(async () => {
    for (const type of KICK_EVENT_TYPES) await deliver({ type })
  })

  it.each(KICK_EVENT_TYPES)('%s', async (claimed) => {
    const others = KICK_EVENT_TYPES.filter((type) => type !== claimed && !areTwins([type, claimed]))
    const outcomes = others.map(async (type) => {
      const messageId = aMessageId()
      await leave(backend, { messageId, type: claimed, body: await bodyOf(type) })
      const { parked } = await settled(backend, messageId)
      return { type, parked }
    })
    expect(await Promise.all(outcomes)).toEqual(others.map((type) => ({ type, parked: true })))
  })
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

it('characters that PostgreSQL refuses are replaced in names, too', async () => {
  const body = { 'odd \0 \ud800 name': { '\0': 1 } }
  const { messageId, result } = await deliver({ type: 'kicks.gifted', body })
  expect(result).toBe('ok')
  const kept = await backend.query<{ body: object }>(
    'select body from kick_channel_events where webhook_message_id = $1',
    [messageId],
  )
  expect(kept[0]?.body).toMatchObject({ 'odd \uFFFD \uFFFD name': { '\uFFFD': 1 } })
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

  it('ends where the next one starts when its end was never delivered', async () => {
    for (const body of [start(1), start(5)]) await status(4733, body)
    expect(await instants(4733)).toEqual([
      ['01', '05'],
      ['05', undefined],
    ])
  })

  it('that is delivered late does not close the one that runs', async () => {
    for (const body of [start(5), start(1), end(1, 3)]) await status(4734, body)
    expect(await instants(4734)).toEqual([
      ['01', '03'],
      ['05', undefined],
    ])
  })

  it('that is said to start in the year 9999 starts when Kick said so, and hides no other', async () => {
    await status(4738, { ...start(1), started_at: '9999-12-31T23:59:59Z' })
    const [first] = await streams(4738)
    expect(Math.abs((first?.started_at.getTime() ?? 0) - Date.now())).toBeLessThan(60_000)
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

  it('is one although both replicas receive it at the same moment', async () => {
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

it.each([
  [4761, 4762],
  [4762, 4761],
])(
  'a batch that names %i before %i holds neither while it waits for 4761',
  async (first, second) => {
    const obstacle = await backend.db.connect()
    const key = (id: number) => `hashtextextended('stream', ${id})`
    const messageIds = [aMessageId(), aMessageId()]
    try {
      await obstacle.query(`begin; select pg_advisory_xact_lock(${key(4761)})`)
      const event = (id: number) =>
        Buffer.from(JSON.stringify({ broadcaster: { user_id: id }, is_live: true, title: 'Hi' }))
      await backend.query(
        `insert into webhooks.incoming
         (source, message_id, event_type, event_version, subscription_id, message_timestamp, body, next_attempt_at)
       select 'kick', id, 'livestream.status.updated', '1', '', now(), body, now() - at * interval '1 second'
       from unnest($1::text[], $2::bytea[], '{2,1}'::int[]) as given (id, body, at)`,
        [messageIds, [event(first), event(second)]],
      )
      await until(
        'the batch waits',
        async () =>
          (
            await backend.query(`select from pg_locks where locktype = 'advisory' and not granted
         and database = (select oid from pg_database where datname = current_database())`)
          ).length > 0,
        { withinMs: 10_000, everyMs: 10 },
      )
      expect(await backend.query(`select pg_try_advisory_xact_lock(${key(4762)}) as free`)).toEqual(
        [{ free: true }],
      )
    } finally {
      await obstacle.query('rollback')
      obstacle.release()
    }
    for (const id of messageIds) expect((await settled(backend, id)).attempts).toBe(1)
  },
)
