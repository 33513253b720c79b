import { describe, expect, test } from 'vitest'
import { createXUsers } from '../../src/clients/x.ts'
import { xFollowerPoll } from '../../src/jobs/x-follower-poll.ts'
import { answering, plainFetch } from '../clients/answering.ts'
import { setStage } from './stage.ts'

const stage = setStage()

function counts() {
  return stage.query<{ streamer_id: string; followers: string }>(
    'select streamer_id, followers from x_follower_counts order by streamer_id, counted_at',
  )
}

describe('follower counts', () => {
  test('are stored for every active streamer with an account, a hundred a call', async () => {
    const ids: string[] = []
    for (let n = 0; n < 130; n++) {
      ids.push(await stage.addStreamer({ xUsername: `user_${n}` }))
      await stage.fakes.putXUser(`user_${n}`, 1_000 + n)
    }
    await stage.addStreamer({})
    await stage.addStreamer({ xUsername: 'asleep', active: false })
    await stage.run(xFollowerPoll)
    expect(await stage.fakes.requests('x')).toHaveLength(2)
    expect(await counts()).toEqual(
      ids.map((streamer_id, n) => ({ streamer_id, followers: String(1_000 + n) })),
    )
  })

  test('are found whatever the case of the name, also by two streamers of one account', async () => {
    await stage.addStreamer({ xUsername: 'Alpha' })
    await stage.addStreamer({ xUsername: 'ALPHA' })
    await stage.fakes.putXUser('alpha', 7)
    await stage.run(xFollowerPoll)
    expect(await counts()).toMatchObject([{ followers: '7' }, { followers: '7' }])
  })

  test('of an account that X does not know are missing, without harm to the others', async () => {
    const known = await stage.addStreamer({ xUsername: 'alpha' })
    await stage.addStreamer({ xUsername: 'gone' })
    await stage.fakes.putXUser('alpha', 7)
    await stage.run(xFollowerPoll)
    expect(await counts()).toEqual([{ streamer_id: known, followers: '7' }])
  })

  test('of no account at all are no failure', async () => {
    await stage.addStreamer({ xUsername: 'gone' })
    await stage.run(xFollowerPoll)
    expect(await counts()).toEqual([])
  })

  test('are asked for first where they are oldest', async () => {
    for (let n = 0; n < 101; n++) {
      await stage.addStreamer({ xUsername: `user_${n}` })
      await stage.fakes.putXUser(`user_${n}`, n)
    }
    await stage.fakes.injectFault('x', 'forbidden')
    await expect(stage.run(xFollowerPoll)).rejects.toThrow('x users_by answered 403')
    await stage.fakes.clearFaults()
    await stage.fakes.forgetRequests()
    await stage.query(
      `insert into x_follower_counts (streamer_id, counted_at, followers)
       select id, now(), 1 from streamers where x_username <> 'user_100'`,
    )
    await stage.run(xFollowerPoll, { minutes: 60 })
    const [first] = await stage.fakes.requests('x')
    expect(first?.path).toContain('usernames=user_100,')
  })
})

describe('when X refuses', () => {
  test.each([
    ['no-credits', '402: CreditsDepleted'],
    ['unauthorized', '401: Unauthorized'],
    ['rate-limited', '429: Too Many Requests'],
  ] as const)('%s, it is not asked for the rest', async (fault, message) => {
    for (let n = 0; n < 250; n++) await stage.addStreamer({ xUsername: `user_${n}` })
    await stage.fakes.injectFault('x', fault, { seconds: 600 })
    await expect(stage.run(xFollowerPoll)).rejects.toThrow(message)
    expect(await stage.fakes.requests('x')).toHaveLength(1)
  })

  test.each(['server-error', 'rate-limited-code-88', 'reset', 'cut-short'] as const)(
    'once by %s, the second try succeeds',
    async (fault) => {
      await stage.addStreamer({ xUsername: 'alpha' })
      await stage.fakes.putXUser('alpha', 7)
      await stage.fakes.injectFault('x', fault, { times: 1 })
      await stage.run(xFollowerPoll)
      expect(await counts()).toHaveLength(1)
    },
  )
})

const notFound = {
  errors: [{ type: 'https://api.twitter.com/2/problems/resource-not-found' }],
}

test('a used-up allowance is waited for', async () => {
  for (let n = 0; n < 101; n++) await stage.addStreamer({ xUsername: `user_${n}` })
  const resetsAt = Math.ceil(Date.now() / 1000) + 1
  const headers = { 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': String(resetsAt) }
  const arrivals: number[] = []
  const { url } = await answering(() => {
    arrivals.push(Date.now())
    return { headers, body: notFound }
  })
  const x = createXUsers({ baseUrl: url, bearerToken: 'token', fetchFor: plainFetch })
  await stage.run(xFollowerPoll, { clients: { x } })
  expect(arrivals).toHaveLength(2)
  expect(arrivals[1]).toBeGreaterThanOrEqual(resetsAt * 1000 - 2)
})

test('an allowance that is gone for a day is not waited for: the rest is left for the next run', async () => {
  for (let n = 0; n < 250; n++) await stage.addStreamer({ xUsername: `user_${n}` })
  const resetsAt = Math.ceil(Date.now() / 1000) + 24 * 3600
  const headers = { 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': String(resetsAt) }
  const { url, seen } = await answering({ headers, body: notFound })
  const x = createXUsers({ baseUrl: url, bearerToken: 'token', fetchFor: plainFetch })
  await stage.run(xFollowerPoll, { clients: { x } })
  expect(seen).toHaveLength(1)
})
