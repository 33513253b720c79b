import { describe, expect, test } from 'vitest'
import { createKickApi } from '../../src/clients/kick/api.ts'
import { kickSubscriptions } from '../../src/jobs/kick-subscriptions.ts'
import { KICK_EVENT_TYPES } from '../../src/telemetry/label-values.ts'
import { answering, plainFetch } from '../clients/answering.ts'
import { setStage } from './stage.ts'

const stage = setStage()
const ALL = KICK_EVENT_TYPES.length

async function asked(operation: string) {
  return (await stage.fakes.requests('kick-api')).filter(
    (request) => request.operation === operation,
  )
}
async function listed(kickUserId: number) {
  return (await stage.fakes.subscriptions()).filter((each) => each.broadcasterUserId === kickUserId)
}
function ledger() {
  return stage.query<{ subscription_id: string; kick_user_id: string; made_in_vain: number }>(
    'select subscription_id, kick_user_id, made_in_vain from kick_subscriptions order by 1',
  )
}

/** Asks for a subscription as another deployment on the same app would. */
async function anotherDeploymentSubscribes(kickUserId: number, event: string) {
  const { url } = stage.fakes
  const form = {
    grant_type: 'client_credentials',
    client_id: '01VERIFLUENCELOCALCLIENT00',
    client_secret: 'local-kick-secret',
  }
  const token = await fetch(`${url}/kick-id/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  })
  const { access_token } = (await token.json()) as { access_token: string }
  await fetch(`${url}/kick-api/public/v1/events/subscriptions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      broadcaster_user_id: kickUserId,
      events: [{ name: event, version: 1 }],
      method: 'webhook',
    }),
  })
  await stage.fakes.forgetRequests()
}

describe('every active streamer', () => {
  test('gets one subscription to each event, in one request', async () => {
    await stage.addStreamer({ kickUserId: 1 })
    await stage.addStreamer({ kickUserId: 2 })
    await stage.addStreamer({ kickUserId: 3, active: false })
    await stage.run(kickSubscriptions)
    expect((await listed(1)).map((each) => each.event).sort()).toEqual([...KICK_EVENT_TYPES].sort())
    expect(await listed(2)).toHaveLength(ALL)
    expect(await listed(3)).toEqual([])
    expect(await asked('subscriptions-create')).toHaveLength(2)
  })

  test('is left alone when nothing is missing', async () => {
    await stage.fakes.injectFault('kick-api', 'subscriptions-doubled')
    await stage.addStreamer({ kickUserId: 1 })
    await stage.run(kickSubscriptions)
    await stage.run(kickSubscriptions, { minutes: 1440 })
    expect(await listed(1)).toHaveLength(ALL)
    expect(await asked('subscriptions-create')).toHaveLength(1)
  })

  test('gets back what Kick dropped, and only that', async () => {
    await stage.addStreamer({ kickUserId: 1 })
    await stage.run(kickSubscriptions)
    await stage.fakes.dropSubscriptions({ event: 'chat.message.sent' })
    await stage.fakes.injectFault('kick-api', 'subscriptions-doubled')
    await stage.run(kickSubscriptions, { minutes: 1440 })
    expect((await listed(1)).map((each) => each.event).sort()).toEqual([...KICK_EVENT_TYPES].sort())
    expect(await ledger()).toHaveLength(ALL)
  })
})

describe('subscriptions of another deployment', () => {
  test('serve as well, so no second one is made', async () => {
    await stage.addStreamer({ kickUserId: 1 })
    await anotherDeploymentSubscribes(1, 'chat.message.sent')
    await stage.fakes.injectFault('kick-api', 'subscriptions-doubled')
    await stage.run(kickSubscriptions)
    expect(await listed(1)).toHaveLength(ALL)
    expect(await ledger()).toHaveLength(ALL - 1)
  })

  test('are never ended, not even for streamers that we no longer want', async () => {
    await stage.addStreamer({ kickUserId: 1 })
    await anotherDeploymentSubscribes(1, 'chat.message.sent')
    await anotherDeploymentSubscribes(77, 'chat.message.sent')
    await stage.run(kickSubscriptions)
    await stage.query('update streamers set active = false')
    await stage.run(kickSubscriptions, { minutes: 1440 })
    expect((await listed(1)).map((each) => each.event)).toEqual(['chat.message.sent'])
    expect(await listed(77)).toHaveLength(1)
    // The next list shows that they have ended.
    await stage.run(kickSubscriptions, { minutes: 1440 })
    expect(await ledger()).toEqual([])
  })
})

describe('when Kick fails', () => {
  test('to list, nothing is asked for', async () => {
    await stage.addStreamer({ kickUserId: 1 })
    await stage.fakes.injectFault('kick-api', 'bad-request', { operation: 'subscriptions-list' })
    await expect(stage.run(kickSubscriptions)).rejects.toThrow(
      'kick subscriptions_list answered 400',
    )
    expect(await asked('subscriptions-create')).toEqual([])
  })

  test('a streamer, the others get theirs and the run says so', async () => {
    for (const id of [1, 2, 3]) await stage.addStreamer({ kickUserId: id })
    await stage.fakes.injectFault('kick-api', 'bad-request', {
      operation: 'subscriptions-create',
      times: 1,
    })
    await expect(stage.run(kickSubscriptions)).rejects.toThrow('1 of 3 subscription changes failed')
    expect(await stage.fakes.subscriptions()).toHaveLength(2 * ALL)
  })

  test('for single events, each has its reason', async () => {
    await stage.addStreamer({ kickUserId: 1 })
    await stage.fakes.injectFault('kick-api', 'item-error', { times: 10 })
    await expect(stage.run(kickSubscriptions)).rejects.toThrow('chat.message.sent: internal error')
    expect(await ledger()).toEqual([])
  })

  test.each(['reset', 'cut-short', 'server-error'] as const)(
    'and the answer is lost by %s, none is made twice',
    async (fault) => {
      await stage.addStreamer({ kickUserId: 1 })
      await stage.fakes.injectFault('kick-api', 'subscriptions-doubled')
      await stage.fakes.injectFault('kick-api', fault, {
        operation: 'subscriptions-create',
        times: 1,
      })
      await stage.run(kickSubscriptions)
      expect(await listed(1)).toHaveLength(ALL)
      await stage.run(kickSubscriptions, { minutes: 1440 })
      expect(await listed(1)).toHaveLength(ALL)
    },
  )

  test('with "limit reached", the error names the reason', async () => {
    await stage.addStreamer({ kickUserId: 1 })
    await stage.fakes.injectFault('kick-api', 'limit-reached', {
      operation: 'subscriptions-create',
    })
    await expect(stage.run(kickSubscriptions)).rejects.toThrow('event subscription limit reached')
  })
})

test('subscriptions that Kick confirms but never lists are not made for ever', async () => {
  await stage.addStreamer({ kickUserId: 1 })
  await stage.fakes.injectFault('kick-api', 'subscriptions-vanish', {
    operation: 'subscriptions-create',
  })
  await stage.run(kickSubscriptions)
  await stage.run(kickSubscriptions, { minutes: 30 })
  expect(await asked('subscriptions-create')).toHaveLength(1)

  for (let day = 1; day <= 3; day++) await stage.run(kickSubscriptions, { minutes: 1440 })
  expect(await asked('subscriptions-create')).toHaveLength(4)
  await expect(stage.run(kickSubscriptions, { minutes: 1440 })).rejects.toThrow('never listed')
  expect(await asked('subscriptions-create')).toHaveLength(4)
})

test('what we made and the list of all leaves out is looked for in the list of its channel', async () => {
  await stage.addStreamer({ kickUserId: 1 })
  await stage.run(kickSubscriptions)
  const items = KICK_EVENT_TYPES.map((event, n) => ({
    id: `id-${n}`,
    broadcaster_user_id: 1,
    event,
    version: 1,
  }))
  const { url, seen } = await answering((request) => ({
    body: { data: request.url.includes('broadcaster_user_id=1') ? items : [], message: 'OK' },
  }))
  const token = { current: async () => 'a-1', renewed: async () => undefined }
  const kick = createKickApi({ baseUrl: url, fetchFor: plainFetch, token, pace: async () => {} })
  await stage.run(kickSubscriptions, { minutes: 1440, clients: { kick } })
  expect(seen.map(({ method }) => method)).toEqual(['GET', 'GET'])
})
