import { availableParallelism } from 'node:os'
import type { Report } from '@verifluence/testkit'
import { createRandom } from '@verifluence/testkit'
import { type RuleGroup, ruleGroups } from '../../generate/rules.ts'
import { not, select } from '../../promql/series.ts'
import { groupBy } from './group-by.ts'
import { createLife, type Failures, type Life } from './life/life.ts'
import { drawMoments, type Strike } from './moments.ts'
import { type Answer, liveThrough, type Question } from './promtool.ts'
import { type FalseAlarm, type Found, type Lived, reportOf } from './report.ts'
import type { Theme } from './theme.ts'
import { apiTheme } from './themes/api.ts'
import { deliveryTheme } from './themes/delivery.ts'
import { domainTheme } from './themes/domain.ts'
import { jobsTheme } from './themes/jobs.ts'
import { outsideTheme } from './themes/outside.ts'
import { presenceTheme } from './themes/presence.ts'
import { runtimeTheme } from './themes/runtime.ts'
import { webhooksTheme } from './themes/webhooks.ts'
import { DAY, MONTH, TICK } from './time.ts'

const SEED = 2026

export const themes: readonly Theme[] = [
  jobsTheme,
  apiTheme,
  webhooksTheme,
  outsideTheme,
  presenceTheme,
  domainTheme,
  runtimeTheme,
  deliveryTheme,
]

/** Simulates the month without and with failures, and records the alerts. */
export async function runMonth(
  interrupted: AbortSignal,
  say: (line: string) => void,
): Promise<Report> {
  const lived: Lived[] = []
  const waiting = [...themes]
  const work = async () => {
    for (let theme = waiting.shift(); theme !== undefined; theme = waiting.shift()) {
      const falseAlarms = await ordinaryMonth(theme, interrupted)
      say(`${theme.name}: ${falseAlarms.length} false alarms in an ordinary month`)
      const found = await faultyMonth(theme, interrupted)
      const hits = found.filter(({ after }) => after !== undefined)
      say(`${theme.name}: ${hits.length} of ${found.length} failures found`)
      lived.push({ theme, falseAlarms, found })
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return reportOf(lived)
}

/** Day by day: promtool holds no more than some thousand samples for one question. */
async function ordinaryMonth(theme: Theme, interrupted: AbortSignal): Promise<FalseAlarm[]> {
  const firing = select('ALERTS', { alertname: not('Watchdog'), alertstate: 'firing' })
  const days = Array.from({ length: MONTH / DAY }, (_, day) => day + 1)
  const questions = days.map((day) => ({
    at: day * DAY - TICK,
    expr: `label_replace(sum by (alertname) (count_over_time(${firing}[1d])), "day", "${day}", "", "")`,
  }))
  const answers = await live(theme, new Map(), questions, interrupted)
  return answers.map(({ labels }) => ({
    alert: labels.alertname ?? 'an alert',
    day: Number(labels.day),
  }))
}

/** A message leaves after `group_wait`; an evaluation may come up to its interval after a scrape. */
const TO_TELEGRAM = 30 + TICK

async function faultyMonth(theme: Theme, interrupted: AbortSignal): Promise<Found[]> {
  const ordinary = createLife(SEED, new Map())
  const strikes = drawMoments(theme, ordinary, createRandom(SEED))
  const byName = groupBy(strikes, ({ failure }) => failure.name)
  const failures: Failures = new Map(
    [...byName].map(([name, own]) => [name, own.map(({ span }) => span)]),
  )
  const answers = await live(theme, failures, strikes.map(firstFiring), interrupted)
  const life = createLife(SEED, failures)
  return strikes.map((strike, index) => ({
    ...strike,
    after: latency(strike, answers.find(isAbout(index)), life),
  }))
}

/** When the alert of a strike first fires between its begin and its end. */
function firstFiring({ failure, span: [from, until] }: Strike, index: number): Question {
  const alert = select('ALERTS', {
    alertname: failure.alert,
    alertstate: 'firing',
    ...failure.labels,
  })
  const begin = Math.floor(from / TICK) * TICK
  const end = Math.ceil(until / TICK) * TICK
  const first = `min(min_over_time(timestamp(${alert})[${end - begin}s:${TICK}s]))`
  return { at: end, expr: `label_replace(${first}, "strike", "${index}", "", "")` }
}

const isAbout =
  (strike: number) =>
  ({ labels }: Answer) =>
    labels.strike === String(strike)

function latency({ failure, span: [from] }: Strike, found: Answer | undefined, life: Life) {
  if (found === undefined) return undefined
  const since = failure.since?.(from, life) ?? from
  return Math.round(found.value - since) + TO_TELEGRAM
}

async function live(
  theme: Theme,
  failures: Failures,
  questions: readonly Question[],
  interrupted: AbortSignal,
) {
  const life = createLife(SEED, failures)
  return liveThrough(rulesOf(theme), theme.tracks(life), life.gaps, questions, interrupted)
}

/** The theme's alerts, and the recorded series that they read, directly or by another one. */
function rulesOf({ alerts }: Theme): RuleGroup[] {
  const groups = ruleGroups()
  const needed = new Set(alerts)
  const isNeeded = (rule: RuleGroup['rules'][number]) =>
    needed.has('alert' in rule ? rule.alert : rule.record)
  for (let before = 0; before < needed.size; ) {
    before = needed.size
    const read = groups.flatMap(({ rules }) => [...rules].filter(isNeeded).map(({ expr }) => expr))
    for (const [name] of read.join('\n').matchAll(/\b\w+:\w+:\w+\b/g)) needed.add(name)
  }
  return groups
    .map((group) => ({ ...group, rules: [...group.rules].filter(isNeeded) }) as RuleGroup)
    .filter(({ rules }) => rules.length > 0)
}
