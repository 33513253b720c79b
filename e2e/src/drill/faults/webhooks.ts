import { execFile } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { nodeCommand, until } from '@verifluence/testkit'
import type { Drill } from '../drill.ts'
import { keepDoing } from '../keep-doing.ts'
import { MINUTE } from '../minutes.ts'
import { addStreamers } from '../site/scenery.ts'
import type { WholeSite } from '../site/site.ts'

const CHAT = 'chat.message.sent'
const NOBODY = 920_001

export const webhooksRejected: Drill<WholeSite> = {
  name: 'webhooks-rejected',
  failure: 'F11',
  does: 'deliveries arrive that somebody else than Kick has signed',
  cause: async ({ fakes, ending }) => {
    const mend = keepDoing(20_000, ending, () =>
      fakes.sendWebhook({ type: CHAT, broadcasterUserId: NOBODY, variant: 'wrong-signature' }),
    )
    return { mend }
  },
  arrives: [{ alert: 'WebhookRejected', within: 10 * MINUTE, shows: /invalid_signature/ }],
  resolvedWithin: 19 * MINUTE,
}

export const webhooksSilent: Drill<WholeSite> = {
  name: 'webhooks-silent',
  failure: 'F12',
  does: 'a stream is live and Kick delivers no webhook any more',
  cause: async (site) => {
    const { fakes, ending } = site
    const streamer = await addStreamers(site, 1)
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
    const mend = async () => {
      await fakes.clearFaults('kick-webhooks')
      await deliver()
    }
    return { since, mend }
  },
  arrives: [{ alert: 'WebhooksSilent', within: 30 * MINUTE, shows: / => \d{4}/ }],
  resolvedWithin: 4 * MINUTE,
}

/** The processor passes over what another replica holds, however long it does. */
export const webhookBacklog: Drill<WholeSite> = {
  name: 'webhooks-not-processed',
  failure: 'F13',
  does: 'a replica that never comes back holds an acknowledged delivery',
  cause: async ({ database, fakes }) => {
    // As long as the table of its effects is locked the delivery cannot be processed.
    const unlock = await database.hold('lock table kick_follows in access exclusive mode')
    await fakes.sendWebhook({ type: 'channel.followed', broadcasterUserId: NOBODY })
    const mend = await database.hold(
      `select id from webhooks.incoming
       where processed_at is null and event_type = 'channel.followed' for update`,
    )
    await unlock()
    return { mend }
  },
  arrives: [{ alert: 'WebhookBacklog', within: 10 * MINUTE, shows: / => [1-9]/ }],
  resolvedWithin: 4 * MINUTE,
}

/** What a person does about events that were given up: repairs them, and sends them through again. */
async function repairAndRedrive({ database }: WholeSite): Promise<void> {
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

export const webhooksParked: Drill<WholeSite> = {
  name: 'webhooks-parked',
  failure: 'F14',
  does: 'Kick sends an event that cannot be read, and it is given up',
  cause: async (site) => {
    const gift = { type: 'kicks.gifted', broadcasterUserId: NOBODY } as const
    await site.fakes.sendWebhook(gift)
    await site.fakes.sendWebhook({ ...gift, variant: 'wrong-shape' })
    return { mend: () => repairAndRedrive(site) }
  },
  arrives: [{ alert: 'WebhookProcessingFailing', within: 15 * MINUTE, shows: / => 1 / }],
  resolvedWithin: 4 * MINUTE,
}

export const webhooksSlow: Drill<WholeSite> = {
  name: 'webhooks-slow',
  failure: 'F15',
  does: 'the inbox is locked for 0.8 s again and again while Kick delivers',
  cause: async ({ database, fakes, ending }) => {
    const stopLocking = keepDoing(1_600, ending, async () => {
      const unlock = await database.hold('lock table webhooks.incoming in share row exclusive mode')
      await pause(800)
      await unlock()
    })
    // Goes on afterwards: without deliveries nobody could tell that they are quick again.
    keepDoing(700, ending, () => fakes.sendWebhook({ type: CHAT, broadcasterUserId: NOBODY }))
    return { mend: stopLocking }
  },
  arrives: [{ alert: 'WebhookAckSlow', within: 15 * MINUTE, shows: / => (0\.[5-9]|1\.)/ }],
  resolvedWithin: 9 * MINUTE,
}
