import { HOUR, MINUTE } from '../month/time.ts'
import type { Message } from './alertmanager.ts'
import type { Day } from './day.ts'
import { isActing } from './day.ts'
import type { Labels } from './evaluate.ts'
import type { Truth } from './truth.ts'

/**
 * The five laws, as functions of ground truth and messages alone.
 *
 * - heard: a cause that lasts longer than its limit sends a message within the limit.
 * - quiet: without a cause there is no message.
 * - calm: a cause sends at most one firing and one resolved message in 30 minutes, four messages an hour.
 * - honest: "resolved" means over, and each firing message is closed.
 * - one: a cause is named by one alert.
 */
export type Law = 'heard' | 'quiet' | 'calm' | 'honest' | 'one'
export const LAWS: readonly Law[] = ['heard', 'quiet', 'calm', 'honest', 'one']

export interface Violation {
  readonly law: Law
  /** The alert that was sent, or that was not. */
  readonly alert: string
  /** The kind of the cause; `nothing` where there is none. */
  readonly cause: string
  readonly at: number
  readonly text: string
}

/** What the laws need to know of a day. */
export interface Heard {
  readonly day: Day
  readonly truths: readonly Truth[]
  readonly messages: readonly Message[]
}

/** Documented tolerances, in seconds unless the name says otherwise. */
const tolerances = {
  /** A cause that goes on without a pause sends one firing and one resolved message in this time. */
  calmWindow: 30 * MINUTE,
  /**
   * A pause of an intermittent cause cannot be distinguished from a recovery while it lasts: two firing messages in
   * 30 minutes are allowed, and so many messages an hour.
   */
  messagesAnHour: 4,
  /** For the same reason "resolved" is true when the cause paused so recently. */
  pauses: 150,
  /** Rounding of ticks at the end of a cause. */
  rounding: MINUTE,
  /** After the end and the aftermath of its causes an alert must have been closed within this. */
  closing: HOUR,
} as const

const nameOf = ({ alertname = '' }: Labels) => alertname

const belongs = ({ labels }: Truth, alert: Labels) =>
  Object.entries(labels).every(
    ([label, value]) => alert[label] === undefined || alert[label] === value,
  )

const names = ({ alerts }: Truth, alert: Labels) => alerts.includes(nameOf(alert))
const isAbout = (truth: Truth, alert: Labels) => names(truth, alert) && belongs(truth, alert)
const mayAccompany = ({ exceptions }: Truth, alert: Labels) => nameOf(alert) in exceptions

/** While a cause acts, and in its aftermath. */
const spans = ({ from, until, aftermath }: Truth, at: number) =>
  at >= from && at <= until + aftermath

/** Every violation of any law in a day. */
export const violationsOf = (heard: Heard): Violation[] => [
  ...notHeard(heard),
  ...notQuiet(heard),
  ...notCalm(heard),
  ...notHonest(heard),
  ...notClosed(heard),
]

const clock = (second: number) =>
  `${Math.floor(second / HOUR)}:${String(Math.floor((second % HOUR) / MINUTE)).padStart(2, '0')}:${String(second % MINUTE).padStart(2, '0')}`

function notHeard({ truths, messages }: Heard): Violation[] {
  return truths.flatMap((truth): Violation[] => {
    const { due } = truth
    if (due === undefined) return []
    const state = new Map<string, boolean>()
    for (const message of messages) {
      if (message.at > due) break
      // What is said of a cause once has been said, though a later message may close it too early.
      if (message.at < truth.from) for (const alert of message.resolved) state.delete(keyOf(alert))
      for (const alert of message.firing) if (isAbout(truth, alert)) state.set(keyOf(alert), true)
    }
    if (state.size > 0) return []
    const later = messages.find(
      ({ at, firing }) => at > due && firing.some((alert) => isAbout(truth, alert)),
    )
    return [
      {
        law: 'heard',
        alert: truth.alerts.join(' or '),
        cause: truth.cause.kind,
        at: due,
        text: `began ${clock(truth.from)}, due ${clock(due)}, ${later ? `sent ${clock(later.at)}` : 'never sent'}`,
      },
    ]
  })
}

const keyOf = (labels: Labels) => JSON.stringify(Object.entries(labels).sort())

/** Firing alerts that a message reports for the first time since they were closed. */
function* news(messages: readonly Message[]): Generator<{ message: Message; alert: Labels }> {
  const open = new Set<string>()
  for (const message of messages) {
    for (const alert of message.resolved) open.delete(keyOf(alert))
    for (const alert of message.firing) {
      if (open.has(keyOf(alert))) continue
      open.add(keyOf(alert))
      yield { message, alert }
    }
  }
}

/** A message that no cause explains; where it follows from one that has another name, *one*. */
function notQuiet({ truths, messages }: Heard): Violation[] {
  const found: Violation[] = []
  for (const { message, alert } of news(messages)) {
    const around = truths.filter((truth) => spans(truth, message.at))
    if (around.some((truth) => isAbout(truth, alert) || mayAccompany(truth, alert))) continue
    const source = around.find(({ consequences }) => consequences.includes(nameOf(alert)))
    found.push({
      law: source ? 'one' : 'quiet',
      alert: nameOf(alert),
      cause: source?.cause.kind ?? around[0]?.cause.kind ?? 'nothing',
      at: message.at,
      text: source
        ? `${clock(message.at)} although ${source.alerts.join(' or ')} names it`
        : `${clock(message.at)} ${JSON.stringify(alert)}`,
    })
  }
  return found
}

/** How many messages of a kind one cause, or several that share an alert, may send in a time. */
function notCalm({ truths, messages }: Heard): Violation[] {
  return truths.flatMap((truth): Violation[] => {
    const mine = messages.filter(
      ({ at, firing, resolved, because }) =>
        because !== 'repeat' &&
        spans(truth, at) &&
        [...firing, ...resolved].some((alert) => isAbout(truth, alert)),
    )
    // Others that share the name may speak as well.
    const sharing = truths.filter(
      (other) =>
        other.alerts.some((name) => truth.alerts.includes(name)) &&
        other.from <= truth.until + truth.aftermath &&
        other.until + other.aftermath >= truth.from,
    ).length
    const pauses = truth.cause.off > 0
    const limits = [
      { of: ['firing'], atMost: pauses ? 2 : 1, within: tolerances.calmWindow },
      { of: ['resolved'], atMost: pauses ? 2 : 1, within: tolerances.calmWindow },
      { of: ['firing', 'resolved'], atMost: tolerances.messagesAnHour, within: HOUR },
    ]
    for (const { of, atMost, within } of limits) {
      const times = mine.filter(({ because }) => of.includes(because)).map(({ at }) => at)
      const crowd = times.findIndex(
        (at, index) => (times[index + atMost * sharing] ?? Number.POSITIVE_INFINITY) - at < within,
      )
      if (crowd < 0) continue
      return [
        {
          law: 'calm',
          alert: truth.alerts.join(' or '),
          cause: truth.cause.kind,
          at: times[crowd] ?? 0,
          text: `${times.length} messages (${of.join(', ')}): ${times.slice(0, 6).map(clock).join(', ')}`,
        },
      ]
    }
    return []
  })
}

/** A resolved message while the cause goes on and shows. */
function notHonest({ truths, messages }: Heard): Violation[] {
  const found: Violation[] = []
  for (const message of messages) {
    for (const alert of message.resolved) {
      const liar = truths.find(
        (truth) =>
          isAbout(truth, alert) && goesOn(truth, message.at) && !isOtherwiseNamed(truth, message),
      )
      if (liar === undefined) continue
      found.push({
        law: 'honest',
        alert: nameOf(alert),
        cause: liar.cause.kind,
        at: message.at,
        text: `resolved ${clock(message.at)}, the cause ends ${clock(liar.until)}`,
      })
    }
  }
  return found
}

/** The same message says that another instance about the cause fires: a burn that changed its window. */
const isOtherwiseNamed = (truth: Truth, { firing }: Message) =>
  firing.some((alert) => isAbout(truth, alert))

/** It has shown lately and will show again soon. */
const goesOn = ({ cause, evidence, memory, until }: Truth, at: number) =>
  at < until - tolerances.rounding &&
  (cause.off === 0 || hasNotPaused(cause, at)) &&
  evidence.some((seen) => seen <= at && seen > at - memory) &&
  evidence.some((seen) => seen > at && seen <= at + memory)

const hasNotPaused = (cause: Truth['cause'], at: number) =>
  [0, 30, 60, 90, 120, tolerances.pauses].every((ago) => isActing(cause, at - ago))

/** A firing message that is never closed although everything is over. */
function notClosed({ day, truths, messages }: Heard): Violation[] {
  const open = new Map<string, { alert: Labels; at: number }>()
  for (const message of messages) {
    for (const alert of message.firing) open.set(keyOf(alert), { alert, at: message.at })
    for (const alert of message.resolved) open.delete(keyOf(alert))
  }
  return [...open.values()].flatMap(({ alert, at }): Violation[] => {
    const about = truths.filter((truth) => isAbout(truth, alert) || mayAccompany(truth, alert))
    const ends = Math.max(at, ...about.map(({ until, aftermath }) => until + aftermath))
    // Something that is going on, whatever it is, may keep it open.
    const isBusy = day.weather.causes.some((cause) => isActing(cause, day.lasts - 1))
    if (isBusy || ends + tolerances.closing > day.lasts) return []
    return [
      {
        law: 'honest',
        alert: nameOf(alert),
        cause: about[0]?.cause.kind ?? 'nothing',
        at,
        text: `fired ${clock(at)} and was never closed`,
      },
    ]
  })
}
