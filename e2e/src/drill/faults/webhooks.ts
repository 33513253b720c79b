import { execFile } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { nodeCommand, until } from '@verifluence/testkit'
import type { Drill } from '../drill.ts'
import { MINUTE } from '../drill.ts'
import type { System } from '../environment/environment.ts'
import { addStreamers } from '../environment/fixtures.ts'
import { keepDoing } from '../keep-doing.ts'

const CHAT = 'chat.message.sent'
const UNREGISTERED = 920_001

export const webhooksRejected: Drill<System> = {
  name: 'webhooks-rejected',
  failure: 'F11',
  does: 'deliveries arrive that are not signed by Kick',
  cause: async ({ fakes, ending }) => {
    const recover = keepDoing(20_000, ending, () =>
      fakes.sendWebhook({
        type: CHAT,
        broadcasterUserId: UNREGISTERED,
        variant: 'wrong-signature',
      }),
    )
    return { recover }
  },
  expects: [{ alert: 'WebhookRejected', within: 10 * MINUTE, shows: /invalid_signature/ }],
  // Ten minutes of window and ten of `keep_firing_for`.
  resolvedWithin: 22 * MINUTE,
}

export const webhooksSilent: Drill<System> = {
  name: 'webhooks-silent',
  failure: 'F12',
  does: 'a stream is live and Kick stops delivering webhooks',
  cause: async (system) => {
    const { fakes, ending } = system
    const streamer = await addStreamers(system, 1)
    const deliver = () =>
      until(
        'a webhook is accepted',
        async () => {
          const sent = await fakes.sendWebhook({ type: CHAT, broadcasterUserId: streamer })
          return sent.some(({ outcome }) => outcome === '200')
        },
        { withinMs: 30_000, everyMs: 1_000, signal: ending },
      )
    await deliver()
    const since = new Date()
    await fakes.injectFault('kick-webhooks', 'silent')
    await fakes.goLive(streamer)
    const recover = async () => {
      await fakes.clearFaults('kick-webhooks')
      await deliver()
    }
    return { since, recover }
  },
  expects: [{ alert: 'WebhooksSilent', within: 30 * MINUTE, shows: / => \d{4}/ }],
  resolvedWithin: 4 * MINUTE,
}

/** The processor skips deliveries that another replica has locked. */
export const webhookBacklog: Drill<System> = {
  name: 'webhooks-not-processed',
  failure: 'F13',
  does: 'a hanging replica keeps an acknowledged delivery locked',
  cause: async ({ database, fakes }) => {
    // While the table it writes to is locked, the delivery cannot be processed.
    const unlock = await database.hold('lock table kick_follows in access exclusive mode')
    await fakes.sendWebhook({ type: 'channel.followed', broadcasterUserId: UNREGISTERED })
    const recover = await database.hold(
      `select id from webhooks.incoming
       where processed_at is null and event_type = 'channel.followed' for update`,
    )
    await unlock()
    return { recover }
  },
  expects: [{ alert: 'WebhookBacklog', within: 10 * MINUTE, shows: / => [1-9]/ }],
  resolvedWithin: 4 * MINUTE,
}

/** What an operator does about parked events: repairs them and processes them again. */
async function repairAndRedrive({ database }: System): Promise<void> {
  await database.run(
    `update webhooks.incoming set body = readable.body
     from (select body from webhooks.incoming where event_type = 'kicks.gifted' and result = 'ok') as readable
     where parked_at is not null`,
  )
  const { command, args, env } = nodeCommand('redrive', 'api/src/webhooks/redrive.ts', {
    log: '',
    env: { DATABASE_URL: database.url },
  })
  await promisify(execFile)(command, [...args], { env: { ...env } })
}

export const webhooksParked: Drill<System> = {
  name: 'webhooks-parked',
  failure: 'F14',
  does: 'Kick sends an unreadable event, and it is parked',
  cause: async (system) => {
    const gift = { type: 'kicks.gifted', broadcasterUserId: UNREGISTERED } as const
    await system.fakes.sendWebhook(gift)
    await system.fakes.sendWebhook({ ...gift, variant: 'wrong-shape' })
    return { recover: () => repairAndRedrive(system) }
  },
  expects: [{ alert: 'WebhookProcessingFailing', within: 15 * MINUTE, shows: / => 1 / }],
  resolvedWithin: 4 * MINUTE,
}

export const webhooksSlow: Drill<System> = {
  name: 'webhooks-slow',
  failure: 'F15',
  does: 'the inbox is locked for 0.8 s again and again while Kick delivers',
  cause: async ({ database, fakes, ending }) => {
    const stopLocking = keepDoing(1_600, ending, async () => {
      const unlock = await database.hold('lock table webhooks.incoming in share row exclusive mode')
      await pause(800)
      await unlock()
    })
    // Continues after recovery: the latency needs further deliveries.
    keepDoing(700, ending, () => fakes.sendWebhook({ type: CHAT, broadcasterUserId: UNREGISTERED }))
    return { recover: stopLocking }
  },
  expects: [{ alert: 'WebhookAckSlow', within: 15 * MINUTE, shows: / => (0\.[5-9]|1\.)/ }],
  resolvedWithin: 9 * MINUTE,
}
