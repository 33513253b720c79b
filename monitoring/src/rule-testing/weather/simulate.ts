import { argumentOfPrometheus } from '../../generate/release.ts'
import type { RuleGroup } from '../../generate/rules.ts'
import { TICK } from '../month/time.ts'
import { type Config, type Message, messagesOf, postsOf, secondsIn } from './alertmanager.ts'
import { createDay, type Day } from './day.ts'
import { type Evaluation, evaluate, type Timeline } from './evaluate.ts'
import { api } from './themes/api.ts'
import { processes } from './themes/processes.ts'
import { runtime } from './themes/runtime.ts'
import { webhooks } from './themes/webhooks.ts'
import { work } from './themes/work.ts'
import type { Theme, Truth } from './truth.ts'
import type { Weather } from './weather.ts'

const themes: readonly Theme[] = [processes, work, webhooks, api, runtime]

/** A day, what was wrong in it, and what was sent. */
export interface Lived {
  readonly weather: Weather
  readonly day: Day
  readonly truths: readonly Truth[]
  readonly timeline: Timeline
  readonly messages: readonly Message[]
}

/** The series of a day and what is wrong in it. */
function simulate(weather: Weather) {
  const day = createDay(weather)
  const parts = themes.map((theme) => theme(day))
  return {
    day,
    tracks: parts.flatMap(({ tracks }) => tracks),
    truths: parts.flatMap(({ truths }) => truths),
  }
}

/** From the arguments that the release gives Prometheus; its own default is a minute. */
const RESEND_DELAY = secondsIn(argumentOfPrometheus('rules.alert.resend-delay') ?? '1m')

/** The messages that people get of what fires. */
function messagesAbout(day: Day, timeline: Timeline, config: Config): Message[] {
  const posts = postsOf(timeline, { tick: TICK, resendDelay: RESEND_DELAY, gaps: day.gaps })
  return messagesOf(posts, config, day.lasts).filter(({ receiver }) => receiver.endsWith('-alerts'))
}

/** Lets days pass in one run of promtool. */
export async function live(
  weathers: readonly Weather[],
  groups: readonly RuleGroup[],
  config: Config,
  evaluation: Evaluation = {},
): Promise<Lived[]> {
  const days = weathers.map(simulate)
  const timelines = await evaluate(groups, days, evaluation)
  return days.map(({ day, truths }, index) => {
    const timeline = timelines[index] ?? []
    const messages = messagesAbout(day, timeline, config)
    return { weather: day.weather, day, truths, timeline, messages }
  })
}
