import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { until } from '@verifluence/testkit'
import { describe, expect, it } from 'vitest'
import { useBackend } from '../support/backend.ts'
import { aMessageId, leave, settled } from '../support/inbox.ts'

const backend = useBackend()
const broadcaster = { user_id: 4711 }
let followers = 0
function aFollow() {
  return {
    messageId: aMessageId(),
    type: 'channel.followed',
    body: { broadcaster, follower: { user_id: ++followers, username: 'Fan' } },
  }
}

function follows(messageId: string) {
  return backend.query('select follower_name from kick_follows where webhook_message_id = $1', [
    messageId,
  ])
}

async function value(name: string) {
  return (await backend.scrape()).get(`${name}{service="api",source="kick"}`)
}

/** Makes every follow fail while `act` goes on. */
async function whileFollowsFail<T>(act: () => Promise<T>): Promise<T> {
  await backend.query('alter table kick_follows rename to kick_follows_away')
  try {
    return await act()
  } finally {
    await backend.query('alter table kick_follows_away rename to kick_follows')
  }
}

/** Runs the command as an operator of the platform would. */
async function redrive(...options: string[]) {
  const script = join(import.meta.dirname, '../../src/webhooks/redrive.ts')
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=source', script, ...options],
    { env: { ...process.env, ...backend.environment } },
  )
  return stdout
}

it('finds by itself what a process stored before it died', async () => {
  const follow = aFollow()
  await leave(backend, follow)
  expect(await settled(backend, follow.messageId)).toMatchObject({ result: 'ok', attempts: 1 })
  expect(await follows(follow.messageId)).toEqual([{ follower_name: 'Fan' }])
})

it('puts off what fails, tells so, and tries again until it works', async () => {
  const [follow, neighbour] = [aFollow(), { ...aFollow(), type: 'channel.raided' }]
  await whileFollowsFail(async () => {
    await leave(backend, follow)
    await leave(backend, neighbour)
    await until(
      'a failed try',
      async () => {
        const [row] = await backend.query<{ attempts: number }>(
          `select attempts from webhooks.incoming where message_id = $1`,
          [follow.messageId],
        )
        return row !== undefined && row.attempts > 0
      },
      { withinMs: 10_000, everyMs: 10 },
    )
    // One event that fails does not hold up the others.
    expect((await settled(backend, neighbour.messageId)).result).toBe('ignored')
    expect(await value('vf_webhook_backlog')).toBe(1)
    const oldest = (await value('vf_webhook_oldest_unprocessed_timestamp_seconds')) ?? 0
    expect(Math.abs(Date.now() / 1000 - oldest)).toBeLessThan(30)
    const failures = (await backend.scrape()).get(
      'vf_webhook_processed_total{service="api",source="kick",event_type="channel.followed",result="error"}',
    )
    expect(failures).toBeGreaterThan(0)
  })
  const { result, attempts } = await settled(backend, follow.messageId)
  expect(result).toBe('ok')
  expect(attempts).toBeGreaterThan(1)
  expect(await value('vf_webhook_backlog')).toBe(0)
  expect(await value('vf_webhook_oldest_unprocessed_timestamp_seconds')).toBeUndefined()
})

describe('after its last try an event', () => {
  it('is parked with its error, counted, and processed once a person re-drives it', async () => {
    const follow = { ...aFollow(), attempts: 9 }
    await whileFollowsFail(async () => {
      await leave(backend, follow)
      const { parked, last_error } = await settled(backend, follow.messageId)
      expect(parked).toBe(true)
      expect(last_error).toContain('kick_follows')
    })
    expect(await value('vf_webhook_parked')).toBe(1)
    expect(await redrive('channel.followed')).toContain('1 events will be tried again')
    expect(await settled(backend, follow.messageId)).toMatchObject({ result: 'ok', parked: false })
    expect(await follows(follow.messageId)).toHaveLength(1)
    expect(await value('vf_webhook_parked')).toBe(0)
  })

  it('that was ignored for its type can be re-driven too', async () => {
    const { messageId } = aFollow()
    await leave(backend, { ...aFollow(), messageId, type: 'channel.raided' })
    await settled(backend, messageId)
    await backend.query(
      `update webhooks.incoming set event_type = 'channel.followed' where message_id = $1`,
      [messageId],
    )
    expect(await redrive('--ignored', 'channel.followed')).toContain('1 events')
    await until('the follow', async () => (await follows(messageId)).length === 1, {
      withinMs: 10_000,
    })
  })
})

it('is worked through by two replicas, each event by one of them', async () => {
  const replica = await backend.replica()
  const events = Array.from({ length: 400 }, (_, number) => ({
    messageId: aMessageId(),
    type: 'chat.message.sent',
    body: { broadcaster, sender: null, message_id: `shared-${number}`, content: 'hi' },
  }))
  const processed = async () => {
    const scrapes = [await backend.scrape(), await (await fetch(replica.metricsUrl)).text()]
    const name =
      'vf_webhook_processed_total{service="api",source="kick",event_type="chat.message.sent",result="ok"}'
    const there = String(scrapes[1])
      .split('\n')
      .find((line) => line.startsWith(name))
    return ((scrapes[0] as Map<string, number>).get(name) ?? 0) + Number(there?.split(' ').at(-1))
  }
  const before = await processed()
  await Promise.all(events.map((event) => leave(backend, event)))
  for (const { messageId } of events) await settled(backend, messageId)
  expect((await processed()) - before).toBe(400)
  expect(
    await backend.query(
      `select count(*)::int as count from kick_chat_messages where message_id like 'shared-%'`,
    ),
  ).toEqual([{ count: 400 }])
})
