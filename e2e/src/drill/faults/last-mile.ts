import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FaultName } from '@verifluence/fakes'
import { migratedChatId } from '@verifluence/fakes'
import { until } from '@verifluence/testkit'
import type { Arrival, Drill } from '../drill.ts'
import { MINUTE } from '../minutes.ts'
import type { Site } from '../site/site.ts'

/** How one thing goes wrong between Alertmanager and Telegram. Returns the way back. */
type Trouble = (site: Site) => Promise<() => Promise<unknown>>

/** What the missing api and worker make Alertmanager want to say. */
const held: readonly Arrival[] = ['ApiDown', 'WorkerDown'].map((alert) => ({
  alert,
  within: 3 * MINUTE,
}))

/**
 * Telegram fails from the start. The fault counts from the first message it did not take: before, there
 * was nothing to fail.
 */
const drill = (name: string, does: string, trouble: Trouble): Drill => ({
  name,
  failure: 'F22',
  does,
  cause: async (site) => {
    const mend = await trouble(site)
    await until('a message is due', async () => (await site.alertmanager.begun('telegram')) > 0, {
      withinMs: 6 * MINUTE * 1000,
      everyMs: 1_000,
      signal: site.ending,
    })
    return { since: new Date(), mend }
  },
  arrives: [
    {
      alert: 'NotificationsFailing',
      way: 'fallback',
      within: 10 * MINUTE,
      shows: /alertname="ApiDown"/,
    },
  ],
  arrivesAfterMend: held,
  mayArrive: ['ApiDown', 'WorkerDown'],
  resolvedWithin: 10 * MINUTE,
})

const mood =
  (name: FaultName<'telegram'>): Trouble =>
  async ({ fakes }) => {
    await fakes.injectFault('telegram', name)
    return () => fakes.clearFaults('telegram')
  }

const telegramHangs: Trouble = async ({ fakes, parts }) => {
  await fakes.injectFault('telegram', 'hang')
  return async () => {
    await fakes.clearFaults('telegram')
    // It would wait for the answers it was not given for ever.
    await parts.alertmanager.restart()
  }
}

const tokenIsLost: Trouble = async ({ files }) => {
  const token = join(files.folders.secrets, 'telegram-bot', 'token')
  renameSync(token, `${token}.lost`)
  return async () => renameSync(`${token}.lost`, token)
}

const chatMigrates: Trouble = async ({ fakes, files, parts }) => {
  await fakes.injectFault('telegram', 'migrated')
  return async () => {
    await fakes.clearFaults('telegram')
    const config = readFileSync(files.alertmanager, 'utf8')
    writeFileSync(
      files.alertmanager,
      config.replace(/chat_id: -?\d+/g, `chat_id: ${migratedChatId}`),
    )
    parts.alertmanager.signal('SIGHUP')
  }
}

/** Each way in which the last mile fails; see docs/guides/alerting.md. */
export const lastMileDrills: readonly Drill[] = [
  drill('telegram-revokes', 'Telegram answers 401: the token was revoked', mood('unauthorized')),
  drill('telegram-limits', 'Telegram answers 429 to everything', mood('rate-limited')),
  drill('telegram-page', 'a proxy answers for Telegram with an HTML page', mood('bad-gateway')),
  drill('telegram-hangs', 'Telegram accepts requests and never answers', telegramHangs),
  drill('telegram-token-lost', 'the file with the token is gone', tokenIsLost),
  drill('telegram-migrates', 'the chat has become a supergroup with another id', chatMigrates),
]
