import { until } from '@verifluence/testkit'
import { expect, it, vi } from 'vitest'
import { readConfig, workerEnvironment } from '../../src/config.ts'
import { jobFunctions } from '../../src/jobs/job-functions.ts'
import { createLog } from '../../src/log.ts'
import { openJobs } from '../../src/open-jobs.ts'
import { catalogue } from '../../src/telemetry/catalogue.ts'
import { useBackend } from '../support/backend.ts'
import { leave } from '../support/inbox.ts'
import { anOffer, anOperator, aStreamer } from '../support/people.ts'

/** Keys of the catalogue whose handle recorded something. */
const recorded = vi.hoisted(() => new Set<string>())

vi.mock('../../src/telemetry/sideport.ts', async (original) => {
  const actual = await original<typeof import('../../src/telemetry/sideport.ts')>()
  const watched = (key: string, handle: object): object =>
    new Proxy(handle, {
      get(target, property) {
        const value = Reflect.get(target, property)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) => {
          if (property !== 'with') recorded.add(key)
          const result: unknown = Reflect.apply(value, target, args)
          return property === 'with' ? watched(key, result as object) : result
        }
      },
    })
  return {
    openSideport: (...args: Parameters<typeof actual.openSideport>) => {
      const sideport = actual.openSideport(...args)
      const metrics = Object.fromEntries(
        Object.entries(sideport.metrics).map(([key, handle]) => [key, watched(key, handle)]),
      )
      return { ...sideport, metrics }
    },
  }
})

const backend = useBackend()

/** The metrics of the backend that nothing recorded; the kit tests its own. */
function unrecorded(): string[] {
  return Object.entries(catalogue)
    .filter(([, { name }]) => name.startsWith('vf_') && !name.startsWith('vf_metrics_'))
    .map(([key]) => key)
    .filter((key) => !recorded.has(key))
}

it('records every metric of the catalogue when its event happens', async () => {
  // The api has started, and nothing else has happened.
  expect(unrecorded()).toEqual(expect.arrayContaining(['liveStreams', 'webhookReceived']))

  const streamer = await aStreamer(backend, 4711)
  await anOffer(await anOperator(backend), streamer)
  await backend.fakes.goLive(4711)
  await backend.fakes.sendWebhook({ type: 'channel.followed', broadcasterUserId: 4711 })
  await until('the event is processed', () => recorded.has('webhookProcessed'), {
    withinMs: 15_000,
  })
  // A type that is retried later waits in the inbox while it is scraped.
  await backend.query('alter table kick_follows rename to kick_follows_away')
  await leave(backend, {
    messageId: 'waits',
    type: 'channel.followed',
    body: { broadcaster: { user_id: 4711 }, follower: { user_id: 1 } },
  })
  await until(
    'the inbox gauges are read',
    async () => {
      await backend.scrape()
      return recorded.has('webhookOldestUnprocessed')
    },
    { withinMs: 15_000 },
  )
  await backend.query('alter table kick_follows_away rename to kick_follows')
  // A new replica reads the domain totals at once.
  await backend.replica()

  const config = readConfig(workerEnvironment, { ...backend.environment })
  const log = createLog('worker', 'silent')
  const { db, metrics, context } = openJobs({ config, log, name: 'recorded', lockForMs: 0 })
  const signal = new AbortController().signal
  await metrics.polls.load()
  const run = metrics.polls.instrumentPoll('viewer-poll', async () =>
    metrics.reportItems('viewer-poll', await jobFunctions['viewer-poll']({ ...context, signal })),
  )
  await Promise.all([run(), run()])
  await backend.query('alter table poll_heartbeats rename to poll_heartbeats_away')
  await run()
  await metrics.polls.flush().catch(() => {})
  await backend.query('alter table poll_heartbeats_away rename to poll_heartbeats')
  await db.end()

  await expect.poll(unrecorded, { timeout: 15_000 }).toEqual([])
}, 60_000)
