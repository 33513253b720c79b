import { describe, expect, it } from 'vitest'
import { saveGoodRows } from '../../src/db/query.ts'
import { createStore } from '../../src/webhooks/store.ts'
import { useBackend } from '../support/backend.ts'

const backend = useBackend()

describe('a batch with rows that the database refuses', () => {
  const save = (some: readonly number[]) =>
    backend.query(
      `insert into kick_streamer_probe (kick_user_id, probed_at, is_live, viewer_count)
       select row_number() over () + 1000 * abs(viewers), now(), true, viewers from unnest($1::int[]) as viewers`,
      [some],
    )

  it.each([[[1, 2, 3]], [[-1, 2, 3, 4, 5]], [[1, 2, -3, 4, -5, 6, 7, -8]], [[-1]], [[]]])(
    '%j: all others are saved',
    async (viewers) => {
      await backend.query('delete from kick_streamer_probe')
      const refused = await saveGoodRows(viewers, async (some) => void (await save(some)))
      expect(refused.map(({ row }) => row)).toEqual(viewers.filter((count) => count < 0))
      const saved = await backend.query<{ viewer_count: number }>(
        'select viewer_count from kick_streamer_probe order by 1',
      )
      expect(saved.map((row) => row.viewer_count)).toEqual(viewers.filter((count) => count >= 0))
    },
  )

  it('is not split while the database is away: no row is to blame', async () => {
    let tries = 0
    const away = async () => {
      tries++
      throw Object.assign(new Error('terminating connection'), { code: '57P01' })
    }
    await expect(saveGoodRows([1, 2, 3], away)).rejects.toThrow('terminating connection')
    expect(tries).toBe(1)
  })
})

it('a delivery that cannot be stored fails alone', async () => {
  const store = createStore(backend.db)
  const ids = Array.from({ length: 9 }, (_, n) => (n === 4 ? 'bad \0 id' : `good-${n}`))
  const outcomes = await Promise.allSettled(
    ids.map((messageId) =>
      store({
        messageId,
        eventType: 'chat.message.sent',
        eventVersion: '1',
        subscriptionId: '',
        sentAt: new Date(),
        body: Buffer.from('{}'),
      }),
    ),
  )
  expect(outcomes.map(({ status }) => status)).toEqual(
    ids.map((id) => (id.includes('\0') ? 'rejected' : 'fulfilled')),
  )
})
