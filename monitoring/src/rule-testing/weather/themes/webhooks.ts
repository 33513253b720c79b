import { catalogue } from '@verifluence/api/catalogue'
import { HOUR, MINUTE, type Span, TICK } from '../../month/time.ts'
import {
  actingSpans,
  answering,
  counter,
  type Day,
  gauge,
  instant,
  isActing,
  type Pod,
  poisson,
  type Track,
} from '../day.ts'
import { limitOf, type Theme, ticksOf, truthOf } from '../truth.ts'
import { awaySpans, crashing, databaseGone } from './hidden.ts'

const RESULTS = [
  'ok',
  'duplicate',
  'error',
  'bad_method',
  'invalid_signature',
  'missing_headers',
  'stale_timestamp',
] as const
type Result = (typeof RESULTS)[number]

/** Deliveries of one tick at one replica, by answer. */
type Deliveries = Partial<Record<Result, number>>

/** Deliveries a minute and live stream: chat, follows. */
const PER_STREAM = 3

/** What arrives at each tick, whichever replica takes it. */
function arrivals(day: Day): Deliveries[] {
  const random = day.random('deliveries')
  const { noise } = day.weather
  const perTick = (perHour: number) => (perHour * TICK) / HOUR
  return Array.from({ length: day.ticks }, (_, tick): Deliveries => {
    const second = tick * TICK
    const stray = () => poisson(perTick(noise.rejectedPerHour / 3), random)
    const forged = day.acting('deliveries forged', second)
    const genuine = day.acting('deliveries stop', second)
      ? 0
      : poisson((day.live(second) * PER_STREAM * TICK) / MINUTE, random)
    const failing = failingShare(day, second)
    const isCut = day.acting('database gone', second) !== undefined
    const isRefused = day.acting('key changed', second) !== undefined
    const failed = isCut ? genuine : poissonShare(genuine, failing, random)
    const rejected = {
      invalid_signature:
        stray() + (forged ? poisson((forged.perMinute * TICK) / MINUTE, random) : 0),
      missing_headers: stray(),
      stale_timestamp: stray(),
      bad_method: noise.scanner && second % (5 * HOUR) < 3 * MINUTE ? 6 : 0,
    }
    if (isRefused) {
      return { ...rejected, invalid_signature: rejected.invalid_signature + genuine }
    }
    return {
      ...rejected,
      ok: genuine - failed,
      error: failed,
      duplicate: poissonShare(genuine, 0.02, random),
    }
  })
}

function failingShare(day: Day, second: number): number {
  const failing = day
    .causes('requests fail')
    .find((one) => one.surface === 'webhooks' && isActing(one, second))
  return failing ? shareOf(failing, second) : 0
}

/** What share of requests fails at a moment, by the shape of the cause. */
export function shareOf(
  cause: { ratio: number; shape: string; from: number; lasts: number },
  second: number,
): number {
  const passed = (second - cause.from * MINUTE) / (cause.lasts * MINUTE)
  if (cause.shape === 'drift') return cause.ratio * passed
  if (cause.shape === 'step') return passed < 0.5 ? cause.ratio : cause.ratio / 2
  return cause.ratio
}

export const poissonShare = (
  of: number,
  share: number,
  random: Parameters<typeof poisson>[1],
): number => Math.min(of, poisson(of * share, random))

const source = { source: 'kick' }
const kind = { ...source, event_type: 'chat.message.sent' }

/** Kick's deliveries and what becomes of them. */
export const webhooks: Theme = (day) => {
  const arrived = arrivals(day)
  const inbox = inboxOf(day, arrived)
  const ackSlow = (second: number) => day.acting('acknowledgement slow', second) !== undefined
  const at = (tick: number, result: Result) => arrived[tick]?.[result] ?? 0
  const delivered = (tick: number) => at(tick, 'ok') + at(tick, 'duplicate') + at(tick, 'error')
  return {
    tracks: day.pods.api.flatMap((pod): Track[] => {
      const mine = (tick: number) => takerAt(day, tick) === pod
      let lastReceived: number | undefined
      const isCut = (second: number) => day.acting('database gone', second) !== undefined
      return [
        ...RESULTS.map((result) =>
          counter(day, pod, catalogue.webhookReceived.name, { ...kind, result }, (_, tick) =>
            mine(tick) ? at(tick, result) : 0,
          ),
        ),
        ...[...catalogue.webhookReceiveDuration.buckets, Number.POSITIVE_INFINITY].map((edge) =>
          counter(
            day,
            pod,
            `${catalogue.webhookReceiveDuration.name}_bucket`,
            {
              ...source,
              result: 'ok',
              le: edge === Number.POSITIVE_INFINITY ? '+Inf' : String(edge),
            },
            (second, tick) =>
              mine(tick) && edge >= (ackSlow(second) ? 0.8 : 0.02) ? at(tick, 'ok') : 0,
          ),
        ),
        ...(['ok', 'error'] as const).map((result) =>
          counter(day, pod, catalogue.webhookProcessed.name, { ...kind, result }, (_, tick) =>
            mine(tick) ? (inbox.processed[tick]?.[result] ?? 0) : 0,
          ),
        ),
        // The collector reads the database; when it cannot, its series are left out.
        ...[
          [catalogue.webhookParked.name, (tick: number) => inbox.parked[tick]] as const,
          [catalogue.webhookBacklog.name, (tick: number) => inbox.waiting[tick]] as const,
          [catalogue.webhookOldestUnprocessed.name, (tick: number) => inbox.oldest[tick]] as const,
        ].map(([name, read]) =>
          gauge(day, pod, name, source, (second, tick) =>
            isCut(second) ? undefined : (read(tick) ?? undefined),
          ),
        ),
        gauge(day, pod, catalogue.webhookLastReceived.name, source, (second, tick) => {
          if (mine(tick) && at(tick, 'ok') + at(tick, 'error') > 0)
            lastReceived = instant(second - 2, day.skew('api', second))
          return lastReceived
        }),
      ]
    }),
    truths: truthsOf(day, arrived, delivered),
  }
}

/** Ticks are shared out among the replicas in turn. */
function takerAt(day: Day, tick: number): Pod | undefined {
  const pods = answering(day, 'api', tick)
  return pods[tick % Math.max(1, pods.length)]
}

interface Inbox {
  readonly waiting: number[]
  readonly oldest: (number | undefined)[]
  readonly parked: number[]
  readonly processed: Partial<Record<'ok' | 'error', number>>[]
}

/** What is stored, processed and given up. */
function inboxOf(day: Day, arrived: readonly Deliveries[]): Inbox {
  const inbox: Inbox = { waiting: [], oldest: [], parked: [], processed: [] }
  let waiting = 0
  let oldest: number | undefined
  for (let tick = 0; tick < day.ticks; tick += 1) {
    const second = tick * TICK
    const stored = takerAt(day, tick) === undefined ? 0 : (arrived[tick]?.ok ?? 0)
    const isStuck = day.acting('processor stuck', second) !== undefined
    const isCut = day.acting('database gone', second) !== undefined
    const isAway = takerAt(day, tick) === undefined
    if (stored > 0) oldest ??= instant(second - 5)
    waiting += stored
    const parked = day.causes('events parked').filter((one) => isActing(one, second))
    inbox.parked.push(parked.reduce((sum, one) => sum + one.parked, 0))
    if (isStuck || isCut || isAway) {
      inbox.processed.push({})
    } else {
      // Each parked event failed some times on its way.
      const begun = parked.filter((one) => second - one.from * MINUTE < 5 * MINUTE)
      inbox.processed.push({ ok: waiting, error: begun.length > 0 && tick % 3 === 0 ? 1 : 0 })
      waiting = 0
      oldest = undefined
    }
    inbox.waiting.push(waiting)
    inbox.oldest.push(oldest)
  }
  return inbox
}

function truthsOf(day: Day, arrived: readonly Deliveries[], delivered: (tick: number) => number) {
  const hidden: Span[] = [...awaySpans(day, 'api'), ...crashing(day, 'api'), ...databaseGone(day)]
  const live = (second: number) => day.live(second) > 0
  return [
    ...day.causes('deliveries forged').map((cause) =>
      truthOf(day, cause, {
        alerts: ['WebhookRejected'],
        evidence: ticksOf(
          day,
          cause,
          (second, tick) => isActing(cause, second) && (arrived[tick]?.invalid_signature ?? 0) > 0,
        ),
        after: 3,
        within: limitOf('F11'),
        hidden,
      }),
    ),
    ...day.causes('key changed').map((cause) =>
      truthOf(day, cause, {
        alerts: ['WebhookRejected'],
        evidence: ticksOf(
          day,
          cause,
          (second, tick) => isActing(cause, second) && (arrived[tick]?.invalid_signature ?? 0) > 0,
        ),
        after: 3,
        within: limitOf('F11'),
        // Less than this an hour cannot be distinguished from strangers.
        isClear: day.weather.streams > 0,
        consequences: ['WebhooksSilent'],
        hidden,
      }),
    ),
    ...day.causes('deliveries stop').map((cause) => {
      const evidence = longestLive(
        ticksOf(day, cause, (second) => isActing(cause, second) && live(second)),
      )
      return truthOf(day, cause, {
        alerts: ['WebhooksSilent'],
        evidence,
        within: limitOf('F12'),
        memory: 30 * MINUTE,
        hidden: [
          ...hidden,
          ...awaySpans(day, 'worker'),
          ...crashing(day, 'worker'),
          ...viewerBlind(day),
        ],
      })
    }),
    ...day.causes('processor stuck').map((cause) =>
      truthOf(day, cause, {
        alerts: ['WebhookBacklog'],
        evidence: fromFirst(
          ticksOf(day, cause, (second) => isActing(cause, second)),
          ticksOf(
            day,
            cause,
            (second, tick) => isActing(cause, second) && (arrived[tick]?.ok ?? 0) > 0,
          )[0],
        ),
        within: limitOf('F13'),
        consequences: ['WebhookProcessingFailing'],
        hidden,
      }),
    ),
    ...day.causes('events parked').map((cause) =>
      truthOf(day, cause, {
        alerts: ['WebhookProcessingFailing'],
        evidence: ticksOf(day, cause, (second) => isActing(cause, second)),
        within: limitOf('F14'),
        hidden,
      }),
    ),
    ...day.causes('acknowledgement slow').map((cause) =>
      truthOf(day, cause, {
        alerts: ['WebhookAckSlow'],
        evidence: ticksOf(
          day,
          cause,
          (second, tick) => isActing(cause, second) && delivered(tick) > 0,
        ),
        after: 5,
        within: limitOf('F15'),
        hidden,
        isClear: day.weather.streams >= 4,
      }),
    ),
  ]
}

const fromFirst = (all: readonly number[], first: number | undefined) =>
  first === undefined ? [] : all.filter((at) => at >= first)

/** Silence shows only where a stream is live without a break. */
function longestLive(silent: readonly number[]): number[] {
  const spans: number[][] = []
  for (const at of silent) {
    const last = spans.at(-1)
    if (last && at - (last.at(-1) ?? 0) <= TICK) last.push(at)
    else spans.push([at])
  }
  return spans.sort((one, other) => other.length - one.length)[0] ?? []
}

/** It is unknown who is live while the viewer poll does not work. */
const viewerBlind = (day: Day): Span[] => [
  ...day
    .causes('service fails')
    .filter(({ service }) => service === 'kick')
    .flatMap(actingSpans),
  ...day
    .causes('job fails')
    .filter(({ job }) => job === 'viewer-poll')
    .flatMap(actingSpans),
]
