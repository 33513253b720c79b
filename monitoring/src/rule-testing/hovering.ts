import { catalogue } from '@verifluence/api/catalogue'
import { alarm, BURN } from '../components/http/rule-tests/burn.ts'
import { API, counting, HOUR, observed, presence, type Span, WORKER } from './platform.ts'
import { type Battery, type Check, firing, SCRAPE, type Scenario } from './scenario.ts'

/** A number from 0 to 1 that is the same in every run and looks like chance (a hash after Mueller). */
const chance = (of: number) => {
  let hash = of + 1
  for (let round = 0; round < 2; round += 1) hash = Math.imul((hash >>> 16) ^ hash, 0x45d9f3b)
  return (((hash >>> 16) ^ hash) >>> 0) / 2 ** 32
}

/** How many of `tries` come true between two scrapes, each with `probability`. */
const lucky = (tries: number, probability: number, salt: number) => (second: number) =>
  Array.from({ length: tries }, (_, index) =>
    chance(second * 1_000 + salt + index) < probability ? 1 : 0,
  ).reduce<number>((sum, one) => sum + one, 0)

const always = (
  alert: string,
  from: number,
  until: number,
  labels: Readonly<Record<string, string>>,
): Check[] =>
  Array.from({ length: Math.floor((until - from) / 300) }, (_, index) =>
    firing(from + index * 300, alert, labels),
  )

const lasts = 6 * HOUR
const stage = { env: 'stage' }

/** Runs for a minute, and waits longer before each start, up to five minutes, as the kubelet does. */
const backingOff = (): Span[] => {
  const runs: Span[] = [[0, HOUR]]
  for (let at = HOUR, wait = 10; at < lasts; wait = Math.min(300, wait * 2)) {
    runs.push([at + wait, at + wait + 60])
    at += wait + 60
  }
  return runs
}

const failed = lucky(10, 0.1, 1)
const requested = lucky(4, 0.1, 3)

/** Webhooks between two scrapes, by how they were answered. */
const received = (result: string, perScrape: (second: number) => number) =>
  counting(
    API,
    catalogue.webhookReceived.name,
    { source: 'kick', event_type: 'other', result },
    perScrape,
  )

/**
 * One trouble that comes and goes is one message, and none says that it is over. By alert, as each scenario
 * is given to its own rules only.
 */
const scenarios: Readonly<Record<string, Scenario>> = {
  [BURN]: {
    title: `${BURN} goes on while one request in ten fails, though by chance fewer do for minutes`,
    lasts,
    timelines: [
      ...presence(API),
      ...(['200', '503'] as const).map((status_code) =>
        counting(
          API,
          catalogue.httpRequests.name,
          { method: 'GET', route: '/api/offers', status_code },
          (at) => (status_code === '503' ? failed(at) : 10 - failed(at)),
        ),
      ),
    ],
    checks: always(BURN, HOUR, lasts, alarm('critical', '30m')).map((check) => ({
      ...check,
      among: { window: '30m' },
    })),
  },
  WebhookRejected: {
    title: 'WebhookRejected keeps firing while about one delivery a minute is forged',
    lasts,
    timelines: [
      ...presence(API),
      received('ok', () => 5),
      received('invalid_signature', lucky(1, 0.5, 2)),
    ],
    checks: always('WebhookRejected', HOUR, lasts, stage),
  },
  ExternalFailing: {
    title: 'ExternalFailing goes on while a service that is called every five minutes fails',
    lasts: 3 * HOUR,
    timelines: [
      ...presence(WORKER),
      counting(
        WORKER,
        catalogue.externalHttp.name,
        { target: 'resend', operation: 'send_email', status_code: '503' },
        (at) => (at % 300 < SCRAPE ? 1 : 0),
      ),
    ],
    checks: always('ExternalFailing', HOUR, 3 * HOUR, { ...stage, target: 'resend' }),
  },
  ApiSlow: {
    title:
      'ApiSlow goes on while four requests in five minutes come, by chance, and every one is slow',
    lasts,
    timelines: [
      ...presence(API),
      ...observed(
        API,
        catalogue.httpRequestDuration,
        { method: 'GET', route: '/api/offers', status_code: '200' },
        (at) => ({ 2.5: requested(at) }),
      ),
    ],
    checks: always('ApiSlow', 2_400, lasts, stage),
  },
  WorkerDown: {
    title: 'WorkerDown goes on while the kubelet waits longer before each start',
    lasts,
    timelines: presence({ kind: 'worker', runs: backingOff() }),
    checks: always('WorkerDown', HOUR + 1_200, lasts, stage),
  },
  ProcessRestarting: {
    title: 'ProcessRestarting goes on while the kubelet waits longer before each start',
    lasts,
    timelines: presence({ kind: 'worker', runs: backingOff() }),
    checks: always('ProcessRestarting', HOUR + 1_200, lasts, { ...stage, job: 'worker-metrics' }),
  },
}

export const hoveringBatteries: readonly Battery[] = Object.entries(scenarios).map(
  ([alert, scenario]) => ({ name: `${alert} that hovers`, alerts: [alert], scenarios: [scenario] }),
)
