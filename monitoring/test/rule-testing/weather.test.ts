import { expect, test } from 'vitest'
import { alertmanagerConfig } from '../../src/alertmanager/config.ts'
import { type RuleGroup, ruleGroups } from '../../src/generate/rules.ts'
import { createDay } from '../../src/rule-testing/weather/day.ts'
import { violationsOf } from '../../src/rule-testing/weather/laws.ts'
import { shrink } from '../../src/rule-testing/weather/shrink.ts'
import { live } from '../../src/rule-testing/weather/simulate.ts'
import {
  anyWeather,
  type Cause,
  type Weather,
  weatherOf,
} from '../../src/rule-testing/weather/weather.ts'

const plain: Weather = {
  causes: [],
  events: [],
  noise: { lostScrapes: 0, errors: 0, rejectedPerHour: 0, scanner: false, clockSkew: 0 },
  hours: 2,
  startHour: 14,
  replicas: { api: 1, worker: 1 },
  traffic: { busiest: 120, quietest: 1 },
  streams: 4,
  chance: 1,
}
const acting = { from: 30, lasts: 40, on: 3, off: 0 }
const day = (cause: Cause, more: Partial<Weather> = {}): Weather => ({
  ...plain,
  causes: [cause],
  ...more,
})

const workerGone = day({ kind: 'process gone', process: 'worker', ...acting })

/** The rules about processes and jobs: what these tests need, and soon evaluated. */
const groups = ruleGroups().filter(({ name }) =>
  ['process-presence', 'worker-poller-staleness', 'incidents'].includes(name),
)
const PATIENT = { timeout: 120_000 }

/** These rules with one alert changed. */
const planted = (alert: string, change: object): RuleGroup[] =>
  groups.map(
    (group) =>
      ({
        ...group,
        rules: group.rules.map((rule) =>
          'alert' in rule && rule.alert === alert ? { ...rule, ...change } : rule,
        ),
      }) as RuleGroup,
  )

const kinds = async (weather: Weather, rules: readonly RuleGroup[] = groups) => {
  const [lived] = await live([weather], rules, alertmanagerConfig)
  return lived === undefined ? [] : violationsOf(lived).map(({ law, alert }) => `${law} ${alert}`)
}

test('a plain day breaks no law', PATIENT, async () => {
  expect(await kinds(plain)).toEqual([])
})

test('a cause that its alert names in time breaks no law', PATIENT, async () => {
  expect(await kinds(workerGone)).toEqual([])
})

test('heard: an alert that waits too long is found', PATIENT, async () => {
  const slow = planted('WorkerDown', { for: '10m' })
  expect(await kinds(workerGone, slow)).toEqual(['heard WorkerDown'])
})

test('quiet: an alert that fires on a good day is found', PATIENT, async () => {
  const eager = planted('WorkerDown', { expr: 'vector(1)', for: '0s' })
  expect(await kinds(plain, eager)).toContain('quiet WorkerDown')
})

test('honest and calm: an alert that ends while its cause goes on is found', PATIENT, async () => {
  const forgetful = planted('WorkerDown', {
    expr: 'absent(up{env="stage", job="worker-metrics"} == 1) and on () (minute() % 10 < 5)',
    for: '30s',
    keep_firing_for: '0s',
  })
  const found = await kinds(workerGone, forgetful)
  expect(found).toContain('honest WorkerDown')
  expect(found).toContain('calm WorkerDown')
})

test('honest: an alert that never ends is found', PATIENT, async () => {
  const stuck = planted('WorkerDown', {
    expr: 'absent(up{env="stage", job="worker-metrics"} == 1) or on () ALERTS{alertname="WorkerDown", alertstate="firing"} * 0',
  })
  const long = { ...workerGone, hours: 3 }
  expect(await kinds(long, stuck)).toEqual(['honest WorkerDown'])
})

test('one: an alert that follows from a cause with another name is found', PATIENT, async () => {
  const blaming = planted('ViewerPollStale', {
    expr: 'absent(up{env="stage", job="worker-metrics"} == 1)',
  })
  const config = { ...alertmanagerConfig, inhibit_rules: [] }
  const [lived] = await live([workerGone], blaming, config)
  const found = lived ? violationsOf(lived) : []
  expect(found.map(({ law, alert }) => `${law} ${alert}`)).toEqual(['one ViewerPollStale'])
})

test('a rule that is left out of a day would not have fired', PATIENT, async () => {
  const weathers = [day({ kind: 'crash loop', process: 'worker', all: true, life: 90, ...acting })]
  const [few, all] = [
    await live(weathers, groups, alertmanagerConfig),
    await live(weathers, groups, alertmanagerConfig, { everyRule: true }),
  ]
  expect(few.map(({ timeline }) => timeline)).toEqual(all.map(({ timeline }) => timeline))
})

test('the same seed gives the same day, and other seeds give other days', () => {
  expect(weatherOf(7)).toEqual(weatherOf(7))
  const seeds = Array.from({ length: 50 }, (_, seed) => JSON.stringify(weatherOf(seed)))
  expect(new Set(seeds).size).toBe(50)
})

test('shrinking finds the smallest day that still shows something', PATIENT, async () => {
  const large = Array.from({ length: 200 }, (_, seed) => weatherOf(seed)).find(
    ({ causes, events }) =>
      causes.length === 3 &&
      events.length > 2 &&
      causes.some(({ kind }) => kind === 'database gone'),
  )
  if (large === undefined) throw new Error('No seed gives a large day.')
  const smallest = await shrink(large, async (candidates) =>
    candidates.map(({ causes }) => causes.some(({ kind }) => kind === 'database gone')),
  )
  expect(smallest.causes.map(({ kind }) => kind)).toEqual(['database gone'])
  expect(smallest.events).toEqual([])
  expect(anyWeather.canShrinkWithoutContext(smallest)).toBe(true)
})

test('a crash loop waits as the kubelet does', () => {
  const loop = day({ kind: 'crash loop', process: 'api', all: true, life: 60, ...acting })
  const began = [...new Set(createDay(loop).pods.api[0]?.began)].filter((at) => at > 1_800)
  const waits = began.slice(1).map((at, index) => at - (began[index] ?? 0) - 60 - 8)
  expect(waits.slice(0, 4)).toEqual([20, 40, 80, 160])
  expect(Math.max(...waits)).toBe(300)
})
