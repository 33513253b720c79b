import { setTimeout as pause } from 'node:timers/promises'
import { until } from '@verifluence/testkit'
import { expect, it, onTestFinished } from 'vitest'
import { useBackend } from '../support/backend.ts'
import { bundle } from '../support/bundle.ts'
import { aMessageId } from '../support/inbox.ts'
import { type Program, start } from '../support/process.ts'

const backend = useBackend()
const DEATHS = 50

it('killed at fifty random moments under load, it has done each acknowledged event once', async () => {
  const built = await bundle()
  onTestFinished(built.remove)
  const server = built.file('api')
  const acknowledged = new Set<string>()
  let target: Program | undefined
  let sending = true
  onTestFinished(() => {
    sending = false
  })

  /** Sends for ever to whichever process lives, and notes what was acknowledged. */
  const sender = async () => {
    while (sending) {
      const url = target && `${target.url}/wh/kick`
      if (!url) {
        await pause(5)
        continue
      }
      const messageId = aMessageId()
      const [delivery] = await backend.fakes.sendWebhook({
        type: 'chat.message.sent',
        broadcasterUserId: 4711,
        messageId,
        body: { message_id: `chat-${messageId}` },
        url,
      })
      if (delivery?.outcome === '200') acknowledged.add(messageId)
    }
  }
  // Rows go by a key, which would hide a second effect: each insert that is tried leaves a line here.
  await backend.query(`create table effects (message_id text not null)`)
  await backend.query(`create function note_effect() returns trigger language plpgsql as $$
    begin insert into effects values (new.message_id); return new; end $$`)
  await backend.query(`create trigger effect before insert on kick_chat_messages
    for each row execute function note_effect()`)
  const senders = Array.from({ length: 4 }, sender)

  // While one life is being taken the next one is already starting, as replicas do.
  let next = start(server, backend.environment)
  for (let death = 0; death < DEATHS; death++) {
    const life = await next
    next = start(server, backend.environment)
    target = life
    const before = acknowledged.size
    await until('load', () => acknowledged.size > before, { withinMs: 20_000, everyMs: 1 })
    await pause(Math.random() * 100)
    life.signal('SIGKILL')
    await life.ended
  }
  sending = false
  await Promise.all(senders)

  // The api of the test itself, which was not killed, finds what they left.
  await until(
    'an empty inbox',
    async () => {
      const [row] = await backend.query<{ waiting: number }>(
        `select count(*)::int as waiting from webhooks.incoming where processed_at is null`,
      )
      return row?.waiting === 0
    },
    { withinMs: 60_000 },
  )
  const effects = await backend.query<{ message_id: string; count: number }>(
    `select message_id, count(*)::int as count from effects group by message_id`,
  )
  const done = new Map(effects.map(({ message_id, count }) => [message_id, count]))
  expect(acknowledged.size).toBeGreaterThan(DEATHS)
  expect([...acknowledged].filter((id) => done.get(`chat-${id}`) !== 1)).toEqual([])
  const tries = await backend.query(
    `select message_id from webhooks.incoming where attempts <> 1 or result <> 'ok'`,
  )
  expect(tries).toEqual([])
  await next
}, 180_000)
