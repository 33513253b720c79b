import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FaultName } from '@verifluence/fakes'
import { migratedChatId } from '@verifluence/fakes'
import { until } from '@verifluence/testkit'
import type { Drill, Expectation } from '../drill.ts'
import { MINUTE } from '../drill.ts'
import type { Monitoring } from '../environment/environment.ts'

/** Breaks the delivery from Alertmanager to Telegram. Returns how to undo it. */
type Trouble = (system: Monitoring) => Promise<() => Promise<unknown>>

/** The notifications that the missing api and worker cause. */
const held: readonly Expectation[] = ['ApiDown', 'WorkerDown'].map((alert) => ({
  alert,
  within: 3 * MINUTE,
}))

/**
 * Telegram fails from the start. The fault counts from the first notification it
 * refuses.
 */
const drill = (name: string, does: string, trouble: Trouble): Drill => ({
  name,
  failure: 'F22',
  does,
  cause: async (system) => {
    const recover = await trouble(system)
    await until('a message is due', async () => (await system.alertmanager.begun('telegram')) > 0, {
      withinMs: 6 * MINUTE * 1000,
      everyMs: 1_000,
      signal: system.ending,
    })
    return { since: new Date(), recover }
  },
  expects: [
    {
      alert: 'NotificationsFailing',
      channel: 'fallback',
      within: 10 * MINUTE,
      shows: /alertname="ApiDown"/,
    },
  ],
  expectsAfterRecovery: held,
  mayFire: ['ApiDown', 'WorkerDown'],
  resolvedWithin: 10 * MINUTE,
})

const injected =
  (name: FaultName<'telegram'>): Trouble =>
  async ({ fakes }) => {
    await fakes.injectFault('telegram', name)
    return () => fakes.clearFaults('telegram')
  }

const telegramHangs: Trouble = async ({ fakes, services }) => {
  await fakes.injectFault('telegram', 'hang')
  return async () => {
    await fakes.clearFaults('telegram')
    // It would wait for the missing responses for ever.
    await services.alertmanager.restart()
  }
}

const tokenIsLost: Trouble = async ({ files }) => {
  const token = join(files.folders.secrets, 'telegram-bot', 'token')
  renameSync(token, `${token}.lost`)
  return async () => renameSync(`${token}.lost`, token)
}

const chatMigrates: Trouble = async ({ fakes, files, services }) => {
  await fakes.injectFault('telegram', 'migrated')
  return async () => {
    await fakes.clearFaults('telegram')
    const config = readFileSync(files.alertmanager, 'utf8')
    writeFileSync(
      files.alertmanager,
      config.replace(/chat_id: -?\d+/g, `chat_id: ${migratedChatId}`),
    )
    services.alertmanager.signal('SIGHUP')
  }
}

/** Each way in which the delivery to Telegram fails; see docs/guides/alerting.md. */
export const lastMileDrills: readonly Drill[] = [
  drill(
    'telegram-revokes',
    'Telegram answers 401: the token was revoked',
    injected('unauthorized'),
  ),
  drill('telegram-limits', 'Telegram answers 429 to everything', injected('rate-limited')),
  drill('telegram-page', 'a proxy answers for Telegram with an HTML page', injected('bad-gateway')),
  drill('telegram-hangs', 'Telegram accepts requests and never answers', telegramHangs),
  drill('telegram-token-lost', 'the file with the token is gone', tokenIsLost),
  drill('telegram-migrates', 'the chat has become a supergroup with another id', chatMigrates),
]
